package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.jspecify.annotations.Nullable;

/**
 * Lets Flink's file source read a plan's files as one stream of blocks in a fixed order. The split
 * is the plan's own file; a checkpoint's position is the index of the input file and the number of
 * its lines already in blocks.
 */
final class BlockFormat implements BulkFormat<LineBlock, FileSourceSplit> {
    @Serial private static final long serialVersionUID = 1L;

    private final String plan;

    BlockFormat(ReplayPlan plan) {
        this.plan = plan.toJson();
    }

    @Override
    public BulkFormat.Reader<LineBlock> createReader(
            Configuration configuration, FileSourceSplit split) {
        return reader(0, 0);
    }

    @Override
    public BulkFormat.Reader<LineBlock> restoreReader(
            Configuration configuration, FileSourceSplit split) {
        CheckpointedPosition position =
                split.getReaderPosition().orElse(new CheckpointedPosition(0, 0));
        return reader((int) Math.max(0, position.getOffset()), position.getRecordsAfterOffset());
    }

    @Override
    public boolean isSplittable() {
        return false;
    }

    @Override
    public TypeInformation<LineBlock> getProducedType() {
        return TypeInformation.of(LineBlock.class);
    }

    private BulkFormat.Reader<LineBlock> reader(int file, long linesDone) {
        ReplayPlan parsed = ReplayPlan.fromJson(plan);
        List<Path> files = parsed.files();
        return new BlockReader(new LineBlocks(files, parsed.blockLines(), file, linesDone));
    }

    private record BlockReader(LineBlocks blocks) implements BulkFormat.Reader<LineBlock> {
        @Override
        public @Nullable RecordIterator<LineBlock> readBatch() throws IOException {
            LineBlock block = blocks.next();
            return block == null ? null : new OneBlock(block);
        }

        @Override
        public void close() throws IOException {
            blocks.close();
        }
    }

    private static final class OneBlock implements RecordIterator<LineBlock> {
        private @Nullable LineBlock block;

        OneBlock(LineBlock block) {
            this.block = block;
        }

        @Override
        public @Nullable RecordAndPosition<LineBlock> next() {
            if (block == null) {
                return null;
            }
            long done = block.firstLine() - 1 + block.lines();
            RecordAndPosition<LineBlock> next = new RecordAndPosition<>(block, block.file(), done);
            block = null;
            return next;
        }

        @Override
        public void releaseBatch() {
            // A block is a record of its own; nothing is reused.
        }
    }
}
