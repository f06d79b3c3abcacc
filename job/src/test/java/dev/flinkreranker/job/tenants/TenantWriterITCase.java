package dev.flinkreranker.job.tenants;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.job.kafka.FencedTransactions;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is told of a change, on a real broker. */
class TenantWriterITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final byte[] ACME = "acme".getBytes(UTF_8);
    private static final byte[] CONFIG = json("{'version':1}").getBytes(UTF_8);

    @Test
    void aChangeThatIsCommittedIsNoFailureWhateverComesAfter() throws Exception {
        StringWriter warnings = new StringWriter();
        List<String> found = new ArrayList<>();
        AtomicInteger opened = new AtomicInteger();
        try (TenantTopic topic = TenantTopic.open(job(BROKER.bootstrapServers()))) {
            Supplier<FencedTransactions> onlyTheFirst =
                    () -> {
                        if (opened.incrementAndGet() > 1) {
                            throw new TimeoutException("no answer");
                        }
                        return TenantWriter.transactions(topic);
                    };
            topic.create();
            TenantWriter writer =
                    new TenantWriter(topic, new PrintWriter(warnings, true), onlyTheFirst);

            assertThat(writer.write(log -> Map.of(ACME, CONFIG))).isTrue();

            assertThat(warnings.toString().trim())
                    .isEqualTo(
                            "topic tenants: the change is written, but readers may not see it yet:"
                                    + " no answer");
            // The next writer begins when readers see what the one before it wrote.
            assertThat(
                            new TenantWriter(topic, new PrintWriter(warnings))
                                    .write(
                                            log -> {
                                                found.add(log.config("acme"));
                                                return Map.of();
                                            }))
                    .isTrue();
            assertThat(found).containsExactly(json("{'version':1}"));
        }
    }

    private static JobConfig job(String bootstrapServers) {
        return JobConfigReader.parse(
                """
                requests: {topic: in}
                results: {topic: out}
                dead_letters: {topic: dead}
                kafka: {bootstrap.servers: "%s"}
                defaults: {model: none}
                tenant_configs: {topic: tenants}
                """
                        .formatted(bootstrapServers));
    }
}
