package dev.flinkreranker.workbench.replay;

import static dev.flinkreranker.tests.support.Json.json;
import static dev.flinkreranker.tests.support.Json.tree;

import com.github.luben.zstd.ZstdOutputStream;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** A request log made by formula, and plans over it. */
final class SampleLog {
    private static final String[] WORDS =
            ("cell gene protein brain mouse virus blood tissue growth signal factor receptor immune"
                            + " therapy tumor risk dose model trial effect")
                    .split(" ");

    private SampleLog() {}

    /** A line as the stream takes it, always the same for the same number. */
    static String line(int number, int documents) {
        Random random = new Random(number);
        StringBuilder line = new StringBuilder("{'request_id':'q").append(number);
        line.append("','query':'").append(words(random, 6)).append("','documents':[");
        for (int i = 0; i < documents; i++) {
            line.append(i == 0 ? "" : ",").append("{'id':'d").append(number * 100L + i);
            line.append("','text':'").append(words(random, 5 + random.nextInt(30)));
            line.append("','score':").append(documents - i).append('}');
        }
        return json(line.append("]}").toString());
    }

    /** Writes lines; the file's name says how they are compressed. */
    static Path write(Path file, List<String> lines) throws IOException {
        try (OutputStream out = compressed(file)) {
            for (String line : lines) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    /** Two files, gzip and Zstandard, of 150 requests each. */
    static List<Path> twoFiles(Path directory) throws IOException {
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            first.add(line(i, 12));
            second.add(line(150 + i, 12));
        }
        return List.of(
                write(directory.resolve("a.jsonl.gz"), first),
                write(directory.resolve("b.jsonl.zst"), second));
    }

    /** Three cutoffs of one model and a shallower depth. */
    static ReplayPlan plan(List<Path> files, int parallelism, OnProblem onProblem)
            throws IOException {
        return plan(
                files,
                parallelism,
                onProblem,
                List.of(
                        configuration("layer-4", "{'cutoff_layers':[4]}"),
                        configuration("layer-8", "{'cutoff_layers':[8]}"),
                        configuration("layer-12", "{'cutoff_layers':[12]}"),
                        configuration("first-5", "{'max_candidates':5}")));
    }

    static ReplayPlan plan(
            List<Path> files,
            int parallelism,
            OnProblem onProblem,
            List<ReplayConfiguration> configurations)
            throws IOException {
        List<ReplayPlan.FileState> states = new ArrayList<>();
        for (Path file : files) {
            states.add(ReplayPlan.FileState.of(file));
        }
        return new ReplayPlan(states, files, configurations, 7, 256, parallelism, onProblem, true);
    }

    /** A configuration of the word overlap model. */
    static ReplayConfiguration configuration(String name, String settings) throws IOException {
        TenantConfig read = TenantConfig.read(tree(settings), tree("{'model':'words'}"), "");
        return ReplayConfiguration.of(
                name,
                read,
                Map.of("words", new ModelReference("words", ComputeType.FLOAT32, "cpu")),
                List.of());
    }

    private static OutputStream compressed(Path file) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        if (file.toString().endsWith(".gz")) {
            return new GZIPOutputStream(out);
        }
        return file.toString().endsWith(".zst") ? new ZstdOutputStream(out) : out;
    }

    private static String words(Random random, int count) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < count; i++) {
            words.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return words.toString();
    }
}
