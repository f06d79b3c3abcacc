package dev.flinkreranker.workbench.compare;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.workbench.cli.Workbench;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clicks on interleaved results, counted by team. */
class InterleavedComparisonTest {

    @TempDir Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> results = new ArrayList<>();
    private final List<String> events = new ArrayList<>();

    /** Requests of a tenant whose result is B's, A's and A's document, with these clicked. */
    private void requests(String tenant, int count, String... clicked) {
        for (int i = 0; i < count; i++) {
            String id = "r" + results.size();
            results.add(
                    json(
                            ("{'request_id':'%s','tenant':'%s','results':[{'index':4,'id':'b1'},"
                                            + "{'index':2,'id':'a1'},{'index':0,'id':'a2'}],"
                                            + "'meta':{'interleaving':{'name':'new','model':'m',"
                                            + "'teams':['B','A','A']}}}")
                                    .formatted(id, tenant)));
            for (String document : List.of("b1", "a1", "a2")) {
                events.add(
                        json(
                                "{'request_id':'%s','id':'%s','clicked':%s}"
                                        .formatted(
                                                id,
                                                document,
                                                List.of(clicked).contains(document))));
            }
        }
    }

    private int compare(String... more) throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "compare",
                                "--interleaved",
                                "--results",
                                Files.write(directory.resolve("results"), results).toString(),
                                "--events",
                                Files.write(directory.resolve("events"), events).toString()));
        arguments.addAll(List.of(more));
        return Workbench.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void countsWinsTiesAndSaysHowSureTheShareIs() throws IOException {
        requests("acme", 60, "b1");
        requests("acme", 25, "a2");
        requests("acme", 15, "a1", "a2", "b1");
        requests("acme", 7);
        requests("acme", 3, "a1", "b1");
        requests("bulk", 3, "b1");
        results.add(
                json("{'request_id':'plain','tenant':'acme','results':[{'index':0,'id':'x'}]}"));
        events.add(json("{'request_id':'plain','id':'x','clicked':true}"));

        assertThat(compare("--json")).isZero();

        JsonNode report = new JsonMapper().readTree(out.toString());
        assertThat(report.get("of_one_ranking").asInt()).isEqualTo(1);
        JsonNode acme = report.at("/interleaved/0");
        assertThat(acme.get("tenant").asText()).isEqualTo("acme");
        assertThat(acme.get("b").asText()).isEqualTo("new");
        assertThat(acme.get("requests").asInt()).isEqualTo(110);
        assertThat(acme.get("wins_a").asInt()).isEqualTo(40);
        assertThat(acme.get("ties").asInt()).isEqualTo(10);
        assertThat(acme.get("wins_b").asInt()).isEqualTo(60);
        // By Wilson's formula and the sums of binomials, for 60 of 100 and 3 of 3.
        assertThat(figures(acme)).isEqualTo("0.6000 0.5020 0.6906 0.0569");
        assertThat(figures(report.at("/interleaved/1"))).isEqualTo("1.0000 0.4385 1.0000 0.2500");
    }

    private static String figures(JsonNode wins) {
        return "%.4f %.4f %.4f %.4f"
                .formatted(
                        wins.get("share_b").asDouble(),
                        wins.get("share_b.low").asDouble(),
                        wins.get("share_b.high").asDouble(),
                        wins.get("share_b.p").asDouble());
    }

    @Test
    void aGateHoldsForEveryTenant() throws IOException {
        requests("acme", 5, "b1");
        requests("bulk", 5, "a1");

        assertThat(compare("--fail-if", "share_b < 0.5")).isEqualTo(1);

        assertThat(err.toString()).isEqualTo("bulk, new:\nfailed: share_b < 0.5 (it is 0.0000)\n");
        assertThat(out.toString().replaceAll(" +", " "))
                .contains("10 results, of which 10 were viewed")
                .contains("acme new 5 0 0 5 1.0000")
                .contains("bulk new 5 5 0 0 0.0000");
    }

    @Test
    void withoutADecidedRequestNothingIsKnown() throws IOException {
        requests("acme", 2);

        assertThat(compare("--fail-if", "share_b < 0.5")).isEqualTo(1);
        assertThat(out.toString().replaceAll(" +", " "))
                .contains("acme new 2 0 2 0 NaN 0.0000 1.0000 NaN");
    }

    @Test
    void whatCannotBeComparedIsSaid() throws IOException {
        results.add(
                json("{'request_id':'plain','tenant':'acme','results':[{'index':0,'id':'x'}]}"));
        events.add(json("{'request_id':'plain','id':'x','clicked':true}"));
        events.add("{");

        assertThat(compare()).isEqualTo(2);
        assertThat(err.toString())
                .contains("events:2: not JSON")
                .contains(
                        "error: no interleaved result was viewed: of 1 results 1 were viewed, 1 of"
                                + " one ranking");
        assertThat(compare("--json", "a.run")).isEqualTo(2);
        assertThat(err.toString()).contains("name two runs, or --interleaved and no run");
    }
}
