package dev.flinkreranker.workbench.replay.input;

import static dev.flinkreranker.tests.support.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultLogTest {
    private static final String WHOLE =
            """
            {"request_id":"r1","tenant":"acme","status":"RANKED","model":"m","query":"q","results":[\
            {"index":1,"id":"b","relevance_score":2.5,"document":{"id":"b","text":"B","score":1.5}},\
            {"index":0,"relevance_score":null,"document":{"text":"A"},"error":"odd"}],\
            "meta":{"documents":2}}""";

    @TempDir Path directory;

    private Path results;
    private Path requests;
    private Path answers;

    @BeforeEach
    void files() {
        results = directory.resolve("results.jsonl");
        requests = directory.resolve("requests.zst");
        answers = directory.resolve("answers.zst");
    }

    @Test
    void aResultBecomesItsRequestAndItsAnswer() throws Exception {
        Files.write(results, List.of("{cut", WHOLE));

        assertThat(ResultLog.is(results)).isTrue();
        List<InputProblem> problems = write();

        assertThat(problems).singleElement().extracting(InputProblem::line).isEqualTo(1L);
        assertThat(lines(requests))
                .containsExactly(
                        "",
                        json(
                                "{'request_id':'r1','tenant':'acme','query':'q','documents':[{'text':'A','id':0},{'id':'b','text':'B','score':1.5}]}"));
        assertThat(lines(answers))
                .containsExactly(
                        "",
                        json(
                                "{'request_id':'r1','results':[{'index':1,'relevance_score':2.5},{'index':0,'relevance_score':null}],'meta':{'documents':2}}"));
        ReplayRequest request =
                RequestLine.parse(lines(requests).get(1).getBytes(StandardCharsets.UTF_8));
        assertThat(request.ids()).containsExactly("0", "b");
        assertThat(request.firstStageScores()).containsExactly(null, 1.5f);
    }

    @Test
    void placesCountAmongTheDocumentsThatTheResultCarries() throws Exception {
        Files.writeString(
                results,
                """
                {"request_id":"r2","tenant":"t","query":"q","results":[\
                {"index":40,"relevance_score":2,"document":{"text":"X"}},\
                {"index":7,"relevance_score":1,"document":{"text":"Y"}}],"meta":{"documents":90}}
                """);

        assertThat(write()).isEmpty();
        assertThat(RequestLine.parse(lines(requests).get(0).getBytes()).ids())
                .containsExactly("7", "40");
        assertThat(lines(answers).get(0)).contains(json("[{'index':1,"), json("{'index':0,"));
    }

    @Test
    void saysWhatToSwitchOn() throws Exception {
        Files.write(
                results,
                List.of(
                        WHOLE.replace(json("'query':'q',"), ""),
                        WHOLE.replace(json("'document':{'text':'A'},"), ""),
                        json("{'request_id':'r','tenant':'t','query':'q','results':[]}"),
                        json("{'request_id':'r'}"),
                        WHOLE.replace("r1", "r 1")));

        assertThat(write())
                .extracting(problem -> problem.line() + " " + problem.reason())
                .containsExactly(
                        "1 the result carries no query: set return_query for tenant acme",
                        "2 the result carries no documents: set return_documents for tenant acme",
                        "3 the result has no documents (min_score)",
                        "4 not a result: request_id or results is missing");
        assertThat(lines(requests).subList(0, 4)).containsExactly("", "", "", "");
        ReplayRequest withBlank = RequestLine.parse(lines(requests).get(4).getBytes());
        assertThat(withBlank.request().requestId()).isEqualTo("r 1");
        assertThat(withBlank.id()).isEqualTo("r%201");
    }

    @Test
    void requestsAreNoResults() throws Exception {
        Files.write(
                results,
                List.of("", json("{'request_id':'r','query':'q','documents':['a']}"), WHOLE));

        assertThat(ResultLog.is(results)).isFalse();
    }

    private List<InputProblem> write() throws Exception {
        List<InputProblem> problems = new ArrayList<>();
        ResultLog.write(results, requests, answers, problems::add);
        return problems;
    }

    private static List<String> lines(Path file) throws Exception {
        List<String> all = new ArrayList<>();
        try (LineReader reader = LineReader.open(file)) {
            while (reader.next()) {
                all.add(new String(reader.bytes(), StandardCharsets.UTF_8));
            }
        }
        return all;
    }
}
