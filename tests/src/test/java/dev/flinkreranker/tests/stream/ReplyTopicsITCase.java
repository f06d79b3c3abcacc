package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.ScoredRequests.request;
import static dev.flinkreranker.tests.stream.StreamFixture.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where results go, exactly once, on a real broker. */
class ReplyTopicsITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final String MORE =
            """
            delivery: {checkpoint_interval: 300ms}
            defaults: {model: hash}
            """;

    private final Path checkpoints = CheckpointFolder.create();

    @Test
    void aResultGoesToTheTopicThatItsRequestNames() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "replies");
        job.createTopics();
        BROKER.get().createTopics(1, "replies-a", "replies-b");
        job.send(
                List.of(
                        event(job, "plain", null),
                        event(job, "to-a", "replies-a"),
                        event(job, "to-b", "replies-b"),
                        event(job, "to-results", job.results()),
                        event(job, "elsewhere", "replies-c")));

        run(job, "reply_topics: [replies-a, replies-b], key: request_id");

        assertThat(keys(job, "replies-a")).containsExactly("to-a");
        assertThat(keys(job, "replies-b")).containsExactly("to-b");
        assertThat(keys(job, job.results())).containsExactly("plain");
        assertThat(job.committed(job.deadLetters()))
                .extracting(letter -> header(letter, DeadLetter.MESSAGE))
                .containsExactlyInAnyOrder(
                        "the header reply-to names the topic replies-c, which results.reply_topics"
                                + " does not have",
                        "the header reply-to names the topic replies-results, which"
                                + " results.reply_topics does not have");
    }

    @Test
    void aResultGoesToThePartitionThatItsRequestNames() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "partitions");
        job.createTopics();
        BROKER.get().createTopics(4, "instances");
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        for (int partition = 0; partition < 4; partition++) {
            events.add(event(job, "to-" + partition, "instances", "" + partition));
        }
        events.add(event(job, "own-2", null, "2"));
        events.add(event(job, "named-1", job.results(), "1"));
        events.add(event(job, "beyond", "instances", "4"));
        events.add(event(job, "none", null, "second"));
        job.send(events);

        run(job, "reply_topics: [instances, %s], key: request_id".formatted(job.results()));

        assertThat(job.committed("instances"))
                .hasSize(4)
                .allSatisfy(r -> assertThat(key(r)).isEqualTo("to-" + r.partition()));
        assertThat(job.committed(job.results()))
                .extracting(r -> key(r) + " in " + r.partition())
                .containsExactlyInAnyOrder("own-2 in 2", "named-1 in 1");
        assertThat(job.committed(job.deadLetters()))
                .extracting(letter -> header(letter, DeadLetter.MESSAGE))
                .containsExactlyInAnyOrder(
                        "the header reply-partition names no partition of the topic instances, which"
                                + " has 0 to 3",
                        "the header reply-partition names no partition of the topic of results,"
                                + " which has 0 to 2");
    }

    @Test
    void aTenantsResultsLieInOnePartition() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "by-tenant");
        job.createTopics();
        job.send(
                List.of(event(job, "a", null), event(job, "b", null), event(job, "c", "anything")));

        run(job, "key: tenant");

        List<ConsumerRecord<byte[], byte[]>> results = job.committed(job.results());
        assertThat(keys(job, job.results())).containsExactly("acme", "acme", "acme");
        assertThat(results)
                .extracting(ConsumerRecord::partition)
                .containsOnly(results.get(0).partition());
    }

    private void run(StreamFixture job, String fields) throws Exception {
        String topic = "results: {topic: " + job.results();
        String yaml = job.yaml("earliest", "latest", MORE).replace(topic, topic + ", " + fields);
        job.run(JobConfigReader.parse(yaml), 0, checkpoints);
    }

    private static List<String> keys(StreamFixture job, String topic) {
        return job.committed(topic).stream().map(ReplyTopicsITCase::key).toList();
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8);
    }

    private static ProducerRecord<byte[], byte[]> event(
            StreamFixture job, String id, String reply) {
        return event(job, id, reply, null);
    }

    private static ProducerRecord<byte[], byte[]> event(
            StreamFixture job, String id, String reply, String partition) {
        ProducerRecord<byte[], byte[]> event =
                new ProducerRecord<>(
                        job.requests(), id.getBytes(UTF_8), request(id, 1).getBytes(UTF_8));
        if (reply != null) {
            event.headers().add("reply-to", reply.getBytes(UTF_8));
        }
        if (partition != null) {
            event.headers().add("reply-partition", partition.getBytes(UTF_8));
        }
        return event;
    }
}
