package dev.flinkreranker.workbench.replay;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.luben.zstd.ZstdInputStream;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.checkpoint.Sha256Sums;
import dev.flinkreranker.workbench.cli.Workbench;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.outcome.ReplayEvaluation.Question;
import dev.flinkreranker.workbench.replay.outcome.TeacherFile;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.scoring.WordOverlapModels;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Triples for distillation, of a replay's rows. */
class TeacherITCase {
    private static final Path MODEL =
            Path.of("..", "..", "tests", "models", "scifact-minilm-layerwise");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir Path directory;

    private final StringWriter err = new StringWriter();

    private int replay(Path log, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "replay",
                                "--log",
                                log.toString(),
                                "--model",
                                MODEL.toString(),
                                "--out",
                                directory.resolve("out").toString()));
        arguments.addAll(List.of(more));
        return Workbench.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private static List<JsonNode> read(InputStream bytes) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : new String(bytes.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
            lines.add(MAPPER.readTree(line));
        }
        return lines;
    }

    @Test
    void theLogitsOfEveryConfigurationWithTextsAndHashes() throws Exception {
        Path log =
                SampleLog.write(
                        directory.resolve("log.jsonl"),
                        List.of(SampleLog.line(1, 3), "{]", SampleLog.line(2, 2)));
        Path teacher = directory.resolve("deep/triples.jsonl.zst");
        String[] options = {
            "--grid", "cutoff_layers=3,6", "--grid", "normalize=true", "--teacher", teacher + ""
        };

        assertThat(replay(log, options)).as(err.toString()).isZero();

        List<JsonNode> triples;
        try (InputStream in = new ZstdInputStream(Files.newInputStream(teacher))) {
            triples = read(in);
        }
        assertThat(triples)
                .extracting(t -> t.get("query_id").asText() + t.get("passage_id").asText())
                .containsExactly("q1d100", "q1d101", "q1d102", "q2d200", "q2d201");
        JsonNode request = MAPPER.readTree(SampleLog.line(2, 2));
        assertThat(triples.get(4).get("query")).isEqualTo(request.get("query"));
        assertThat(triples.get(4).get("passage")).isEqualTo(request.at("/documents/1/text"));
        String deep = "cutoff_layers=6";
        float logit = triples.get(4).get("scores").get(deep).floatValue();
        String result =
                Files.readAllLines(directory.resolve("out/results/" + deep + ".jsonl")).get(1);
        RankedDocument document =
                ResultCodec.decode(result.getBytes(StandardCharsets.UTF_8)).results().stream()
                        .filter(d -> d.index() == 1)
                        .findFirst()
                        .orElseThrow();
        assertThat((float) (1 / (1 + Math.exp(-logit)))).isEqualTo(document.relevanceScore());
        assertThat(triples.get(4).get("scores")).hasSize(2);

        JsonNode manifest =
                MAPPER.readTree(directory.resolve("deep/triples.jsonl.zst.manifest.json").toFile());
        assertThat(manifest.get("triples").asInt()).isEqualTo(5);
        try (InputStream in = Files.newInputStream(teacher)) {
            assertThat(manifest.get("sha256").asText()).isEqualTo(Sha256Sums.digest(in));
        }
        assertThat(manifest.at("/configurations/1/name").asText()).isEqualTo(deep);
        try (InputStream in = Files.newInputStream(MODEL.resolve("model.safetensors"))) {
            assertThat(
                            manifest.at("/configurations/1/model_sha256")
                                    .get("model.safetensors")
                                    .asText())
                    .isEqualTo(Sha256Sums.digest(in));
        }
        assertThat(manifest.at("/configurations/1/settings/cutoff_layers/0").asInt()).isEqualTo(6);
        assertThat(manifest.at("/configurations/0/settings_sha256").asText())
                .hasSize(64)
                .isNotEqualTo(manifest.at("/configurations/1/settings_sha256").asText());

        // Once more, without scoring: the same bytes, in another file as well as in the same.
        byte[] before = Files.readAllBytes(teacher);
        Files.delete(teacher);
        assertThat(replay(log, options)).isZero();
        assertThat(Files.readAllBytes(teacher)).isEqualTo(before);
    }

    @Test
    void whatWasNotScoredIsNotThere() throws Exception {
        Path log =
                SampleLog.write(
                        directory.resolve("log.jsonl"),
                        List.of(
                                json(
                                        "{'request_id':'a','query':'cell','documents':['poison',"
                                                + "'gene','cell']}"),
                                json("{'request_id':'a','query':'again','documents':['gene']}")));
        ReplayPlan plan =
                SampleLog.plan(
                        List.of(log),
                        1,
                        OnProblem.SKIP,
                        List.of(SampleLog.configuration("first-2", "{'max_candidates':2}")));
        ReplayDirectory target = new ReplayDirectory(directory.resolve("out"));
        target.adopt(plan);
        new Replay(plan, target, new WordOverlapModels(), Duration.ofMillis(100))
                .run(
                        new Question(null, List.of(), List.of(), "first-stage", 1, "", 0, null),
                        List.of());

        Path teacher = directory.resolve("triples.jsonl");
        // The model of this plan has no files to hash: what was written stays unfinished.
        assertThatThrownBy(() -> new TeacherFile(plan, target).write(teacher))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage("words: no such directory");
        assertThat(teacher).doesNotExist();

        try (InputStream in = Files.newInputStream(directory.resolve("triples.jsonl.unfinished"))) {
            assertThat(read(in))
                    .singleElement()
                    .satisfies(
                            triple -> {
                                assertThat(triple.get("passage").asText()).isEqualTo("gene");
                                assertThat(triple.get("scores").fieldNames())
                                        .toIterable()
                                        .containsExactly("first-2");
                            });
        }
    }

    @Test
    void aFusionIsNoTeacher() throws Exception {
        Path log = SampleLog.write(directory.resolve("log.jsonl"), List.of(SampleLog.line(1, 3)));

        assertThat(
                        replay(
                                log,
                                "--grid",
                                "fusion=none,z_sum",
                                "--teacher",
                                directory.resolve("t").toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        "error: --teacher: configuration fusion=z_sum ranks by a fusion, but a"
                                + " teacher's scores are the model's alone; set fusion: none\n");
    }
}
