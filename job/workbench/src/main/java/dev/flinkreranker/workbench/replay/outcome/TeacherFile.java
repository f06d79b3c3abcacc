package dev.flinkreranker.workbench.replay.outcome;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.github.luben.zstd.ZstdOutputStream;
import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.workbench.replay.input.ReplayRequest;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.ReplayRow;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a small model is distilled from: a line for each query and passage that a
 * configuration scored, in the order of the input.
 *
 * <pre>
 * {"query_id": …, "query": …, "passage_id": …, "passage": …, "scores": {CONFIGURATION: LOGIT, …}}
 * </pre>
 *
 * <p>A score is the deepest layer's logit, float32; one that could not be had is not there. The
 * texts are those of the request, before any template and not cut. The file is made of a replay's
 * rows, so it takes no scoring, and is a function of the input and the configurations. It appears
 * when all of it is written, and its {@link TeacherManifest} just before it.
 */
public final class TeacherFile {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    // Float.toString is not always the shortest before JDK 19.
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .build();

    private final ReplayPlan plan;
    private final ReplayDirectory directory;

    /** Of a replay whose rows are all there. */
    public TeacherFile(ReplayPlan plan, ReplayDirectory directory) {
        this.plan = plan;
        this.directory = directory;
    }

    /**
     * Writes file and manifest.
     *
     * @return the number of lines
     * @throws IOException when one cannot be written, or the log was changed meanwhile
     */
    public long write(Path file) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        long triples = 0;
        SeenIds seen = new SeenIds();
        try (ReplayRows rows = ReplayRows.open(plan, directory);
                LogReader log = new LogReader(plan.files());
                JsonGenerator out = JSON.createGenerator(open(file, unfinished))) {
            out.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            for (ReplayRow row = rows.next(); row != null; row = rows.next()) {
                if (row.problem() == null && seen.add(row.request())) {
                    triples += write(row, log.read(row.file(), row.line()), out);
                }
            }
            out.writeRaw('\n');
        }
        TeacherManifest.of(plan, triples, unfinished)
                .write(file.resolveSibling(file.getFileName() + ".manifest.json"));
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return triples;
    }

    private long write(ReplayRow row, ReplayRequest request, JsonGenerator out) throws IOException {
        List<Candidate> candidates = request.request().candidates();
        long triples = 0;
        for (int i = 0; i < candidates.size(); i++) {
            if (isScored(row, i)) {
                triples++;
                out.writeStartObject();
                out.writeStringField("query_id", request.request().requestId());
                out.writeStringField("query", request.request().query());
                out.writeStringField(
                        "passage_id",
                        candidates.get(i).id() == null
                                ? Integer.toString(i)
                                : candidates.get(i).id().asText());
                out.writeStringField("passage", candidates.get(i).text());
                out.writeObjectFieldStart("scores");
                for (int c = 0; c < row.outcomes().size(); c++) {
                    Float score = score(row.outcomes().get(c), i);
                    if (score != null) {
                        out.writeNumberField(plan.configurations().get(c).name(), score);
                    }
                }
                out.writeEndObject();
                out.writeEndObject();
            }
        }
        return triples;
    }

    private static boolean isScored(ReplayRow row, int candidate) {
        return row.outcomes().stream().anyMatch(outcome -> score(outcome, candidate) != null);
    }

    /** Null where the configuration did not score the candidate, or could not. */
    private static @Nullable Float score(ReplayRow.Outcome outcome, int candidate) {
        List<Float> scores = outcome.scores();
        return candidate < scores.size() ? scores.get(candidate) : null;
    }

    private static OutputStream open(Path named, Path file) throws IOException {
        OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(file));
        if (named.toString().endsWith(".gz")) {
            return new GZIPOutputStream(bytes);
        }
        return named.toString().endsWith(".zst") ? new ZstdOutputStream(bytes) : bytes;
    }
}
