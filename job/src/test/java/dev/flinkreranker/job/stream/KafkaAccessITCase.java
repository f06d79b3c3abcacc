package dev.flinkreranker.job.stream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.state.StateFolder;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a broker without security would refuse the running job. */
class KafkaAccessITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    @BeforeAll
    static void createTopics() throws Exception {
        BROKER.get().createTopics(1, "in", "out", "dead");
    }

    @Test
    void transactionsWithinTheBrokersLimitPass() throws Exception {
        KafkaAccess.check(config("transaction_timeout: 15min"));
    }

    @Test
    void transactionsBeyondTheBrokersLimitAreRefused() {
        assertThatThrownBy(
                        () ->
                                KafkaAccess.check(
                                        config(
                                                "transaction_timeout: 1h,"
                                                        + " broker_transaction_max_timeout: 1h")))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(
                        "delivery.transaction_timeout: %s refuses 1h, which is above its"
                                        .formatted(BROKER.bootstrapServers())
                                + " transaction.max.timeout.ms; raise that, or lower this and what"
                                + " it must outlast");
    }

    @Test
    void everyTopicOfRequestsIsAskedFor() throws Exception {
        BROKER.get().createTopics(1, "many-eu", "many-us");
        KafkaAccess.check(of("topics: [in, many-eu]"));
        KafkaAccess.check(of("topic_pattern: 'many-.*'"));

        assertThatThrownBy(() -> KafkaAccess.check(of("topics: [in, none]")))
                .hasMessage(
                        "requests.topics[1]: the topic none does not exist in %s; create it"
                                .formatted(BROKER.bootstrapServers()));
        assertThatThrownBy(() -> KafkaAccess.check(of("topic_pattern: 'none-.*'")))
                .hasMessage(
                        ("requests.topic_pattern: %s shows the job's user no topic that matches"
                                        + " none-.*; create one, or let it read them")
                                .formatted(BROKER.bootstrapServers()));
    }

    /** A job whose folder is taken ends by that, once the brokers have been asked. */
    @Test
    void nothingIsAskedWhereTheCheckIsSkipped(@TempDir Path folder) throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("job.yaml"),
                        yaml("topic: none", "checkpoint_dir: " + folder.toUri()));
        String[] asking = {"--config", file.toString()};
        String[] skipping = {"--config", file.toString(), "--skip-broker-check"};

        try (StateFolder taken = StateFolder.take(folder.resolve("flink-reranker"))) {
            assertThatThrownBy(() -> StreamJob.main(asking))
                    .hasMessage(
                            "requests.topic: the topic none does not exist in %s; create it"
                                    .formatted(BROKER.bootstrapServers()));
            assertThatThrownBy(() -> StreamJob.main(skipping))
                    .hasMessageStartingWith(taken.root() + " is in use");
        }
    }

    private static JobConfig of(String topics) {
        return JobConfigReader.parse(yaml(topics, ""));
    }

    private static JobConfig config(String delivery) {
        return JobConfigReader.parse(yaml("topic: in", delivery));
    }

    private static String yaml(String topics, String delivery) {
        return """
                requests: {%s}
                results: {topic: out}
                dead_letters: {topic: dead}
                kafka: {bootstrap.servers: "%s"}
                models: {small: {directory: /m}}
                defaults: {model: small}
                delivery: {%s}
                """
                .formatted(topics, BROKER.bootstrapServers(), delivery);
    }
}
