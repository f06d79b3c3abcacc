package dev.flinkreranker.operators.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.examples.SearchEnrichment.Hit;
import dev.flinkreranker.operators.examples.SearchEnrichment.IndexEntry;
import dev.flinkreranker.operators.examples.SearchEnrichment.Page;
import dev.flinkreranker.operators.examples.SupportAnswers.Article;
import dev.flinkreranker.operators.examples.SupportAnswers.Question;
import dev.flinkreranker.operators.examples.SupportAnswers.Reply;
import dev.flinkreranker.operators.examples.TwoModels.Best;
import dev.flinkreranker.operators.examples.TwoModels.Claim;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the library's page, as they stand there, by the small real model. */
class LibraryPageITCase {

    private static final String MODEL = "../tests/models/scifact-minilm-layerwise";

    private StreamExecutionEnvironment env;

    @BeforeEach
    void environment() {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        env = StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SupportAnswers", "SearchEnrichment", "TwoModels"})
    void thePageShowsTheCode(String example) throws Exception {
        String source =
                Files.readString(
                        Path.of(
                                "src/test/java",
                                getClass().getPackageName().replace('.', '/'),
                                example + ".java"));
        String shown = source.substring(source.indexOf("import "));

        assertThat(Files.readString(Path.of("LIBRARY.md")).contains("```java\n" + shown + "```"))
                .as("LIBRARY.md shows %s as it is", example)
                .isTrue();
    }

    @Test
    void thePageHasNoOtherJava() throws Exception {
        String page = Files.readString(Path.of("LIBRARY.md"));

        assertThat(Arrays.asList(page.split("```java", -1))).hasSize(1 + 3);
    }

    @Test
    void supportAnswers() throws Exception {
        Question question =
                new Question(
                        "c-1",
                        "Does aspirin inhibit PGE2?",
                        List.of(
                                new Article("mice", "Cell cycle in mouse embryos."),
                                new Article("aspirin", "Aspirin inhibits prostaglandin E2."),
                                new Article("pin1", "PIN1 in the Arabidopsis embryo.")));
        Question none = new Question("c-2", "Anything?", List.of());

        List<Reply> replies =
                collected(SupportAnswers.replies(env.fromData(question, none), MODEL));

        assertThat(replies).hasSize(2).contains(new Reply("c-2", List.of()));
        assertThat(replies)
                .filteredOn(reply -> reply.customer().equals("c-1"))
                .singleElement()
                .satisfies(reply -> assertThat(reply.titles()).hasSize(2).startsWith("aspirin"));
    }

    @Test
    void searchEnrichment() throws Exception {
        Page page =
                new Page(
                        "aspirin and prostaglandin",
                        List.of(
                                new Hit("/mice", "Cell cycle in mouse embryos.", 7.5),
                                new Hit("/aspirin", "Aspirin inhibits prostaglandins.", 7.1)));

        List<IndexEntry> entries = collected(SearchEnrichment.entries(env.fromData(page), MODEL));

        assertThat(entries).extracting(IndexEntry::url).containsExactly("/aspirin", "/mice");
        assertThat(entries).extracting(IndexEntry::rank).containsExactly(1, 2);
    }

    @Test
    void twoModels() throws Exception {
        Claim claim =
                new Claim(
                        "1",
                        "Aspirin inhibits the production of PGE2.",
                        List.of("Mouse embryos.", "Aspirin inhibits prostaglandin E2."));

        assertThat(collected(TwoModels.compared(env.fromData(claim), MODEL, MODEL)))
                .containsExactly(new Best("1", 1, 1));
    }

    @SuppressWarnings("try") // its close may be interrupted
    private static <T> List<T> collected(DataStream<T> stream) throws Exception {
        List<T> elements = new ArrayList<>();
        try (CloseableIterator<T> all = stream.executeAndCollect()) {
            all.forEachRemaining(elements::add);
        }
        return elements;
    }
}
