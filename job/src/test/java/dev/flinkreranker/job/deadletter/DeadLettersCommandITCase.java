package dev.flinkreranker.job.deadletter;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.job.cli.Rerank;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.tests.support.BrokerExtension;
import dev.flinkreranker.tests.support.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersCommandITCase {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String ESCAPE = "\u001b[2J";

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();
    private static LetterFixture letters;
    @TempDir private static Path directory;

    @BeforeAll
    static void sendLetters() throws Exception {
        letters = LetterFixture.create(BROKER.get(), "commands");
        byte[] notUtf8 = {'{', 27, (byte) 0xff};
        letters.send(
                List.of(
                        letters.letter(ReasonCode.TIMED_OUT, "late-1", "{}".getBytes(UTF_8)),
                        letters.letter(ReasonCode.INVALID_JSON, "bad" + ESCAPE, notUtf8),
                        letters.letter(ReasonCode.TIMED_OUT, "late-2", "{}".getBytes(UTF_8)),
                        new OutgoingRecord(null, null, List.of())));
    }

    @Test
    void lettersAreCountedListedShownAndSentAgain() throws Exception {
        CommandRun list = run("list");
        assertThat(list.exitCode()).as(list.err()).isZero();
        assertThat(list.outLines().get(0))
                .matches("reason +tenant +letters +sent again +transient.*");
        assertThat(list.out())
                .containsPattern("INVALID_JSON +acme +1 +0 +no ")
                .containsPattern("TIMED_OUT +acme +2 +0 +yes ")
                .contains("bad\\u001b[2J", "that are no dead letters: 1\n")
                .doesNotContain(ESCAPE);

        CommandRun filtered =
                run("list", "--json", "--reason", "timed_out", "--limit", "1", "--until", time(2));
        JsonNode listing = MAPPER.readTree(filtered.out());
        assertThat(listing.at("/counts/0/letters").asInt()).isEqualTo(1);
        assertThat(listing.at("/counts/0/transient").asBoolean()).isTrue();
        assertThat(listing.at("/counts/0").size()).isEqualTo(7);
        assertThat(listing.at("/letters").size()).isEqualTo(1);
        assertThat(listing.at("/letters/0/failure").size()).isEqualTo(7);
        assertThat(listing.at("/letters/0/letter").asText()).isEqualTo("0:0");
        assertThat(listing.at("/letters/0/failure/rerank.error.code").asText())
                .isEqualTo("TIMED_OUT");
        assertThat(MAPPER.readTree(run("list", "--json", "--tenant", "none").out()).at("/counts"))
                .isEmpty();

        CommandRun show = run("show", "1:0");
        assertThat(show.out())
                .contains("what to do    " + ReasonCode.INVALID_JSON.remedy())
                .contains("header trace  t-bad\\u001b[2J")
                .containsPattern("value +\\{\\\\u001b\\\\xff\n")
                .containsPattern("source +commands-requests, partition 2, offset 77\n");
        assertThat(
                        MAPPER.readTree(run("show", "late-2", "--json").out())
                                .at("/value/text")
                                .asText())
                .isEqualTo("{}");

        CommandRun dry = run("redrive", "--dry-run");
        assertThat(dry.outLines())
                .containsExactly("0:0", "0:1", "would_send=2 already_sent=0 refused=0");
        assertThat(letters.sentAgain()).isEmpty();
        assertThat(run("redrive", "0:1").out()).isEqualTo("sent=1 already_sent=0 refused=0\n");
        assertThat(letters.sentAgain()).containsOnlyKeys("late-2");
        assertThat(run("redrive", "--json", "--tenant", "acme").out())
                .isEqualTo(
                        json(
                                "{'dry_run':false,'letters':['0:0'],'already_sent':1,'refused':[]}\n"));
        assertThat(letters.sentAgain()).containsOnlyKeys("late-1", "late-2");
        assertThat(run("list").out()).containsPattern("TIMED_OUT +acme +2 +2 +yes ");
        assertThat(run("show", "0:0").out()).containsPattern("sent again +at 20");
    }

    @Test
    void whatCannotBeDoneIsSaidInOneLine() throws Exception {
        assertThat(run("show", "1:99").err()).isEqualTo("error: there is no dead letter at 1:99\n");
        assertThat(run("show", "nobody").err())
                .isEqualTo("error: there is no dead letter of a request \"nobody\"\n");
        assertThat(run("redrive", "0:0", "--reason", "TIMED_OUT").err())
                .isEqualTo(
                        "error: choose letters in one way: by place, by a filter, or by --with\n");
        assertThat(run("list", "--reason", "LATE").err())
                .contains("expected one of", "TIMED_OUT")
                .hasLineCount(1);
        assertThat(run("list", "--limit", "-1").exitCode()).isEqualTo(2);

        Path elsewhere =
                Files.writeString(
                        directory.resolve("elsewhere.yaml"),
                        letters.yaml().replace("commands-letters", "nowhere"));
        CommandRun missing =
                CommandRun.of(
                        Rerank.commandLine(),
                        "dead-letters",
                        "list",
                        "--config",
                        elsewhere.toString());
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err())
                .isEqualTo("error: there is no topic nowhere (dead_letters.topic)\n");
    }

    private static String time(int letter) {
        return LetterFixture.FIRST.plusSeconds(letter).toString();
    }

    private static CommandRun run(String command, String... arguments) throws Exception {
        Path config = Files.writeString(directory.resolve("stream.yaml"), letters.yaml());
        List<String> all =
                new ArrayList<>(List.of("dead-letters", command, "--config", config.toString()));
        Stream.of(arguments).forEach(all::add);
        return CommandRun.of(Rerank.commandLine(), all.toArray(String[]::new));
    }
}
