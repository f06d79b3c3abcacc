package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.support.Json.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Tenants' configs of which every setting follows from the version's number, so that a request that
 * got half a config is seen, and so is a score that was computed with another version's.
 *
 * @param job the job that takes configs from a topic
 */
record VersionedTenants(StreamFixture job) {

    private static final long TIMESTAMP = System.currentTimeMillis() - 3_600_000;
    private static final String PASSAGES =
            "['passage 0','passage 1','passage 2','passage 3','passage 4']";

    /** Topics of its own, on this broker. */
    static VersionedTenants create(StreamFixture job) throws Exception {
        job.createTopics();
        return new VersionedTenants(job);
    }

    /** The YAML that makes requests wait for configs from the topic. */
    String yaml(String checkpointInterval) {
        return """
        delivery: {checkpoint_interval: %s}
        tenant_configs: {topic: %s, hold_time: 10min}
        unknown_tenant: hold
        defaults: {model: hash}
        """
                .formatted(checkpointInterval, job.tenants());
    }

    /** The config with this number. */
    static String config(long version) {
        return json("{'version':%d,'query_instruction':'v%d: ','top_n':%d,'normalize':%b}")
                .formatted(version, version, topN(version), version % 2 == 0);
    }

    private static int topN(long version) {
        return 1 + (int) (version % 4);
    }

    /** A record that gives a tenant a config. */
    ProducerRecord<byte[], byte[]> update(String tenant, String config) {
        return new ProducerRecord<>(job.tenants(), tenant.getBytes(UTF_8), config.getBytes(UTF_8));
    }

    /** Request number seq of a tenant, in partition seq % 3, with five passages. */
    ProducerRecord<byte[], byte[]> request(String tenant, int seq) {
        String id = tenant + "-" + seq;
        String value =
                json(
                        "{'request_id':'%s','tenant':'%s','query':'query %d','documents':%s}"
                                .formatted(id, tenant, seq, PASSAGES));
        return new ProducerRecord<>(
                job.requests(),
                seq % 3,
                TIMESTAMP + seq,
                id.getBytes(UTF_8),
                value.getBytes(UTF_8));
    }

    /** Such requests of several tenants. */
    List<ProducerRecord<byte[], byte[]>> requests(List<String> tenants, int from, int to) {
        List<ProducerRecord<byte[], byte[]>> requests = new ArrayList<>();
        for (int seq = from; seq < to; seq++) {
            for (String tenant : tenants) {
                requests.add(request(tenant, seq));
            }
        }
        return requests;
    }

    /** What the job answered, each held to the one config that it names and to its own time. */
    List<RankedResult> results() throws Exception {
        List<RankedResult> results = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : job.committed(job.results())) {
            RankedResult result = ResultCodec.decode(record.value());
            assertOfOneVersion(result);
            assertThat(record.timestamp()).isEqualTo(TIMESTAMP + seq(result));
            results.add(result);
        }
        return results;
    }

    /** The number of the request that a result answers. */
    static int seq(RankedResult result) {
        return Integer.parseInt(
                result.requestId().substring(result.requestId().lastIndexOf('-') + 1));
    }

    private static void assertOfOneVersion(RankedResult result) {
        long version = result.meta().configVersion();
        assertThat(result.results()).as("top_n of version %d", version).hasSize(topN(version));
        assertThat(result.meta().normalized()).isEqualTo(version % 2 == 0);
        for (RankedDocument document : result.results()) {
            float logit =
                    TextHashScorer.scoreOf(
                            "v" + version + ": query " + seq(result),
                            "passage " + document.index());
            float expected = version % 2 == 0 ? (float) (1 / (1 + Math.exp(-logit))) : logit;
            assertThat(document.relevanceScore())
                    .as("%s, version %d", result.requestId(), version)
                    .isEqualTo(expected);
        }
    }
}
