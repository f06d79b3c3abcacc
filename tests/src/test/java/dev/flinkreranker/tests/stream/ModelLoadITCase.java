package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.stream.MarkedEvents.event;
import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.operators.rerank.EngineFactory;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.tests.support.BrokerExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tenant whose model is being loaded holds up no other. */
class ModelLoadITCase {

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    private static final int WAITING = 200;
    private static final int HURRIED = 40;
    private static final int OTHERS = 19;

    private static final String MORE =
            """
            delivery: {checkpoint_interval: 200ms}
            rerank: {parallelism: 1, capacity: 16}
            defaults: {model: hash}
            tenants:
              waiting: {model: late}
              patient: {model: late, deadline_ms: 600000}
              hurried: {model: late, deadline_ms: 500}
            """;

    private static CountDownLatch loaded;

    private static final EngineFactory ENGINES =
            () ->
                    RerankEngine.acquire(
                            EngineSettings.ofBatchTokens(512),
                            model -> {
                                if (model.directory().endsWith("late")) {
                                    loaded.await();
                                }
                                return new TextHashScorer();
                            });

    private final Path checkpoints = CheckpointFolder.create();

    @BeforeEach
    void hold() {
        loaded = new CountDownLatch(1);
    }

    @AfterEach
    void release() {
        loaded.countDown();
    }

    /** Exactly once, with fewer places than the requests that wait, and no overflow topic. */
    @Test
    void theOthersAreAnsweredMeanwhileAndDeadlinesAreKept() throws Exception {
        StreamFixture job = new StreamFixture(BROKER.get(), "model-load");
        job.createTopics();
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        events.addAll(requests(job, "waiting", WAITING));
        events.addAll(requests(job, "patient", WAITING));
        events.addAll(requests(job, "hurried", HURRIED));
        for (int i = 0; i < OTHERS; i++) {
            events.addAll(requests(job, "other-" + i, 1));
        }
        job.send(events);
        String yaml =
                job.yaml("earliest", "never", MORE)
                        .replace("models: {", "models: {late: {directory: /models/late}, ");
        JobClient client = job.start(JobConfigReader.parse(yaml), ENGINES, checkpoints, null);
        try {
            job.awaitCommitted("the others are answered", job.results(), OTHERS + HURRIED);
            assertThat(results(job))
                    .allSatisfy(
                            result ->
                                    assertThat(result.status())
                                            .as(result.tenant())
                                            .isEqualTo(
                                                    result.tenant().equals("hurried")
                                                            ? ResultStatus.TIMED_OUT
                                                            : ResultStatus.RANKED))
                    .extracting(RankedResult::tenant)
                    .doesNotContain("waiting", "patient");
            loaded.countDown();
            job.awaitCommitted("all are answered", job.results(), events.size());
        } finally {
            loaded.countDown();
            client.cancel().get();
        }

        assertThat(results(job))
                .filteredOn(result -> !result.tenant().equals("hurried"))
                .allSatisfy(result -> assertThat(result.status()).isEqualTo(ResultStatus.RANKED));
        assertThat(results(job)).extracting(RankedResult::requestId).doesNotHaveDuplicates();
    }

    private static List<ProducerRecord<byte[], byte[]>> requests(
            StreamFixture job, String tenant, int count) {
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = tenant + i;
            byte[] value =
                    json("{'request_id':'%s','tenant':'%s','query':'q','documents':['a','b']}")
                            .formatted(id, tenant)
                            .getBytes(UTF_8);
            events.add(event(job, id, value, i));
        }
        return events;
    }

    private static List<RankedResult> results(StreamFixture job) throws Exception {
        List<RankedResult> results = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.results())) {
            results.add(ResultCodec.decode(record.value()));
        }
        return results;
    }
}
