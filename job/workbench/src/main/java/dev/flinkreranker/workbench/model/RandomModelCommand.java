package dev.flinkreranker.workbench.model;

import dev.flinkreranker.runtime.checkpoint.RandomCheckpoint;
import dev.flinkreranker.runtime.checkpoint.ReleasedShape;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a checkpoint that costs what a released model costs, and whose scores mean nothing. */
@Command(
        name = "random",
        mixinStandardHelpOptions = true,
        description = {
            "Write a checkpoint of a released model's shape with random weights, to measure speed",
            "and memory where the real weights cannot be had."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad input or usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank model random --shape v2-m3 --tokenizer tokenizer.json /tmp/m3",
            "  ./rerank model random --shape gemma2-lightweight --layers 8 --type BF16 \\",
            "      --tokenizer tokenizer.json /tmp/lightweight"
        })
final class RandomModelCommand implements Callable<Integer> {

    /** The short names, for the help and for completion. */
    static final class Shapes implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ReleasedShape.labels().iterator();
        }
    }

    @Spec private CommandSpec spec;

    @Option(
            names = "--shape",
            required = true,
            paramLabel = "NAME",
            completionCandidates = Shapes.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    private String shape;

    @Option(
            names = "--layers",
            paramLabel = "N",
            description = "Only that many of its layers; all of them by default.")
    private @Nullable Integer layers;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "F32",
            description = "F32, as the released files are, or BF16 (default: ${DEFAULT-VALUE}).")
    private StoredType type;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description = "Decides every weight (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--tokenizer",
            required = true,
            paramLabel = "FILE",
            description = "A tokenizer.json to put beside the weights.")
    private Path tokenizer;

    @Parameters(paramLabel = "DIR", description = "Where to write; made if it is missing.")
    private Path directory;

    @Override
    public Integer call() throws IOException {
        ReleasedShape released = ReleasedShape.named(shape);
        RandomCheckpoint checkpoint =
                new RandomCheckpoint(
                        released, layers == null ? released.layers() : layers, type, seed);
        checkpoint.write(directory, tokenizer);
        spec.commandLine()
                .getOut()
                .printf("wrote %,d bytes of weights to %s%n", checkpoint.bytes(), directory);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
