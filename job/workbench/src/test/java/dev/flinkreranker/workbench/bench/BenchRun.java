package dev.flinkreranker.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs a benchmark in this process. */
final class BenchRun {

    static final String MODEL = "../../tests/models/scifact-minilm-layerwise";

    private BenchRun() {}

    /** What it prints. */
    static String of(String... arguments) {
        StringWriter out = new StringWriter();
        int code =
                new CommandLine(new BenchCommand())
                        .setOut(new PrintWriter(out))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .execute(arguments);
        assertThat(code).isZero();
        return out.toString();
    }

    /** The last of the JSON lines that it prints. */
    static JsonNode json(String... arguments) throws JsonProcessingException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        String[] lines = of(all.toArray(String[]::new)).split("\n");
        return JsonMapper.builder().build().readTree(lines[lines.length - 1]);
    }

    /** The same, of a benchmark that takes a model and texts. */
    static JsonNode onSmallModel(String name, String... options) throws JsonProcessingException {
        List<String> all =
                new ArrayList<>(List.of(name, "--model=" + MODEL, "--data=data/scifact"));
        all.addAll(List.of(options));
        return json(all.toArray(String[]::new));
    }
}
