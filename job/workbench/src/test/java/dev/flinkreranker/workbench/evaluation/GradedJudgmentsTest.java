package dev.flinkreranker.workbench.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Runs whose figures trec_eval printed, at two relevance levels and without a query's own text. */
class GradedJudgmentsTest {

    private final StringWriter out = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "1, map 0.0649, mrr 0.2972, recall@100 0.3262, p@10 0.1349, ndcg@10 0.0708",
        "2, map(rel=2) 0.0358, mrr(rel=2) 0.1305, recall(rel=2)@100 0.3178, p(rel=2)@10 0.0535,"
                + " ndcg@10 0.0708"
    })
    void figuresAreThoseOfTheLevel(
            String level, String map, String mrr, String recall, String p, String ndcg)
            throws Exception {
        evaluate("graded.run.gz", "graded.qrels.gz", "-l", level);

        assertThat(figures()).contains(map, mrr, recall, p, ndcg);
    }

    /** Its queries are documents, as ArguAna's. */
    @Test
    void aQuerysOwnTextIsLeftOut() throws Exception {
        evaluate("self.run.gz", "self.tsv");
        assertThat(figures()).contains("ndcg@10 0.1538");
        out.getBuffer().setLength(0);

        evaluate("self.run.gz", "self.tsv", "--leave-out-self");

        assertThat(figures()).contains("ndcg@10 0.1856");
    }

    private void evaluate(String run, String qrels, String... more) throws Exception {
        CommandLine command =
                new CommandLine(new EvaluateCommand()).setOut(new PrintWriter(out, true));
        String[] arguments = {
            "--run=" + file(run),
            "--qrels=" + file(qrels),
            "--measure=map,mrr,recall@100,p@10,ndcg@10"
        };
        String[] all = Stream.of(arguments, more).flatMap(Stream::of).toArray(String[]::new);
        assertThat(command.execute(all)).isZero();
    }

    private String figures() {
        return out.toString().replaceAll(" +", " ");
    }

    private static Path file(String name) throws URISyntaxException {
        return Path.of(GradedJudgmentsTest.class.getResource(name).toURI());
    }
}
