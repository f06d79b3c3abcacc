package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.deadletter.DeadLettersCommand;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.tests.support.BrokerExtension;
import dev.flinkreranker.tests.support.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** An event that is rejected, corrected and sent again ends as a result. */
class RedriveCircleITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final String UNKNOWN =
            "unknown_tenant: reject\ndefaults: {model: hash}\ntenants: {acme: {}}";
    private static final String KNOWN =
            "unknown_tenant: reject\ndefaults: {model: hash}\ntenants: {acme: {}, late: {}}";

    @TempDir private Path directory;

    @Test
    void rejectedCorrectedSentAgainAnswered() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "circle");
        job.createTopics();
        job.send(
                List.of(
                        event(job, "good", "'tenant':'acme','query':'q'"),
                        event(job, "wrong", "'tenant':'acme','query':5"),
                        event(job, "hopeless", "'tenant':'acme','query':6"),
                        event(job, "tenant", "'tenant':'late','query':'q'")));
        job.run(job.config(UNKNOWN), 0, directory);
        assertThat(results(job)).containsOnly(Map.entry("good", 0));
        Map<String, ConsumerRecord<byte[], byte[]>> letters = letters(job);
        assertThat(letters).containsOnlyKeys("wrong", "hopeless", "tenant");

        String now = Long.toString(System.currentTimeMillis());
        Path config =
                Files.writeString(directory.resolve("s.yaml"), job.yaml(now, "latest", KNOWN));
        Path corrected =
                Files.writeString(
                        directory.resolve("corrected.jsonl"),
                        line(letters.get("wrong"), "'tenant':'acme','query':'5'")
                                // Again wrong, but only the job's own config knows.
                                + line(letters.get("hopeless"), "'tenant':'nobody','query':'q'"));
        assertThat(redrive(config, "--with", corrected.toString()))
                .isEqualTo("sent=2 already_sent=0 refused=0\n");
        assertThat(redrive(config)).isEqualTo("sent=1 already_sent=0 refused=0\n");

        job.run(JobConfigReader.read(config), 0, directory);

        assertThat(results(job))
                .as("attempts by request")
                .containsOnly(Map.entry("good", 0), Map.entry("wrong", 1), Map.entry("tenant", 1));
        String hopeless = id(letters(job).get("hopeless"));
        assertThat(redrive(config, hopeless)).isEqualTo("sent=1 already_sent=0 refused=0\n");
        assertThat(job.committed(job.requests()))
                .extracting(RedriveCircleITCase::attempts)
                .containsExactlyInAnyOrder(0, 0, 0, 0, 1, 1, 1, 2);
    }

    private static ProducerRecord<byte[], byte[]> event(
            StreamFixture job, String id, String fields) {
        return new ProducerRecord<>(
                job.requests(), id.getBytes(UTF_8), request(id, fields).getBytes(UTF_8));
    }

    private static String request(String id, String fields) {
        return json("{'request_id':'" + id + "'," + fields + ",'documents':['d']}");
    }

    private static String line(ConsumerRecord<byte[], byte[]> letter, String fields) {
        return json("{'letter':'%s','value':%s}%n")
                .formatted(id(letter), request(new String(letter.key(), UTF_8), fields));
    }

    private static String id(ConsumerRecord<byte[], byte[]> letter) {
        return letter.partition() + ":" + letter.offset();
    }

    private static String redrive(Path config, String... arguments) {
        List<String> all = new ArrayList<>(List.of("redrive", "--config", config.toString()));
        all.addAll(List.of(arguments));
        CommandRun run =
                CommandRun.of(
                        new CommandLine(new DeadLettersCommand()), all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out();
    }

    /** Attempts by request id; a request with two results fails. */
    private static Map<String, Integer> results(StreamFixture job) throws Exception {
        Map<String, Integer> attempts = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.results())) {
            var result = ResultCodec.decode(record.value());
            assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
            assertThat(attempts.put(result.requestId(), attempts(record))).isNull();
        }
        return attempts;
    }

    /** The letters by key; of two the later one. */
    private static Map<String, ConsumerRecord<byte[], byte[]>> letters(StreamFixture job) {
        Map<String, ConsumerRecord<byte[], byte[]>> letters = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.deadLetters())) {
            if (record.key() != null) {
                letters.merge(
                        new String(record.key(), UTF_8),
                        record,
                        (a, b) -> attempts(a) > attempts(b) ? a : b);
            }
        }
        return letters;
    }

    private static int attempts(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(DeadLetter.ATTEMPT);
        return header == null ? 0 : Integer.parseInt(new String(header.value(), UTF_8));
    }
}
