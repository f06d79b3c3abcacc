package dev.flinkreranker.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.kafka.TopicSelection;
import dev.flinkreranker.operators.tenant.TenantDirectory;
import dev.flinkreranker.runtime.model.ComputeType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobConfigTest {

    /** What is required, and no more. */
    static final String MINIMAL =
            """
            requests: {topic: in}
            results: {topic: out}
            dead_letters: {topic: dead}
            kafka: {bootstrap.servers: "k:1"}
            models: {small: {directory: /m}}
            defaults: {model: small}
            """;

    @Test
    void theExampleIsGood() throws IOException {
        JobConfig config = JobConfigReader.parse(example());

        TenantDirectory tenants = config.directory();
        assertThat(tenants.find("acme").orElseThrow().version()).isEqualTo(1);
        assertThat(tenants.find("bulk").orElseThrow().settings().cutoffLayers()).containsExactly(3);
        assertThat(tenants.find("anyone").orElseThrow().settings().maxLength()).isEqualTo(256);
    }

    @Test
    void theExampleShowsEveryDefault() throws IOException {
        // Every commented-out field, taken in, must be known and change nothing that is checked.
        String all =
                example()
                        .replaceAll("(?m)^( *)# ([a-z_]+: +)(?=[^ ])", "$1$2")
                        .replaceAll("(?m)^(checkpoint_dir|config|sasl).*$", "")
                        .replaceAll("(?m): \\.\\.\\.", ": null");

        JobConfig taken = JobConfigReader.parse(all);
        JobConfig plain = JobConfigReader.parse(example());

        assertThat(taken.requests())
                .usingRecursiveComparison()
                .ignoringFields("recordsPerSecond")
                .isEqualTo(plain.requests());
        assertThat(taken.limits()).isEqualTo(plain.limits());
        assertThat(taken.delivery().transactionTimeout())
                .isEqualTo(plain.delivery().transactionTimeout());
        assertThat(taken.delivery().transactionNaming())
                .isEqualTo(plain.delivery().transactionNaming());
        assertThat(taken.models()).isEqualTo(plain.models());
        assertThat(taken.rerank().capacity()).isEqualTo(plain.rerank().capacity());
        assertThat(taken.rerank().engine().batch()).isEqualTo(plain.rerank().engine().batch());
        assertThat(taken.directory().defaults().overrides())
                .isEqualTo(plain.directory().defaults().overrides());
    }

    @ParameterizedTest
    @CsvSource({
        "1700000000000, 1700000000000",
        "2023-11-14T22:13:20Z, 1700000000000",
        "2023-11-15, 1700006400000",
        "2023-11-14T23:13:20.5+01:00, 1700000000500"
    })
    void aTimeIsADateOrMilliseconds(String time, long millis) {
        RequestsConfig requests =
                JobConfigReader.parse(
                                MINIMAL.replace(
                                        "{topic: in}",
                                        "{topic: in, start: \"%s\", stop: \"%s\"}"
                                                .formatted(time, time)))
                        .requests();

        assertThat(RequestsConfig.millis(requests.start())).isEqualTo(millis);
        assertThat(requests.bounded()).isTrue();
    }

    @Test
    void requestsComeFromOneTopicSeveralOrAllOfAPattern() {
        assertThat(topics("topic: in").takes("in")).isTrue();
        assertThat(topics("topic: in").takes("in-2")).isFalse();
        assertThat(topics("topics: [a, b]").names()).containsExactly("a", "b");
        TopicSelection pattern = topics("topic_pattern: 'in-.*'");
        assertThat(pattern.takes("in-eu")).isTrue();
        assertThat(pattern.takes("in")).isFalse();
        assertThat(pattern.takes("plugin-eu")).isFalse();
    }

    private static TopicSelection topics(String field) {
        return JobConfigReader.parse(MINIMAL.replace("{topic: in}", "{" + field + "}"))
                .requests()
                .selection();
    }

    @Test
    void whatIsNoSecretMayStandInTheFile() {
        JobConfig config =
                JobConfigReader.parse(
                        MINIMAL
                                + """
                                source:
                                  sasl.oauthbearer.client.credentials.client.id: reranker
                                  sasl.oauthbearer.client.credentials.client.secret: ${env:SECRET}
                                  sasl.oauthbearer.token.endpoint.url: https://idp.example/token
                                  config.providers: env
                                  config.providers.env.class: org.apache.kafka.common.config.provider.EnvVarConfigProvider
                                sink:
                                  sasl.jaas.config: M required oauth.client.id="me" tokenauth=true;
                                """);

        assertThat(config.source()).hasSize(5);
    }

    @Test
    void anAdapterMayHaveABaseOfTheFilesChoice() {
        JobConfig config =
                JobConfigReader.parse(
                        MINIMAL.replace(
                                "{directory: /m}",
                                "{directory: /m, base: BAAI/bge-reranker-v2-m3}"));

        assertThat(config.models().get("small").reference().base())
                .isEqualTo("BAAI/bge-reranker-v2-m3");
        assertThat(config.unread())
                .singleElement()
                .asString()
                .startsWith("models.small: /m is not");
    }

    @Test
    void aModelMayHaveSeveralDevices() {
        JobConfig config =
                JobConfigReader.parse(
                        MINIMAL.replace(
                                "{directory: /m}", "{directory: /m, device: [cuda:1, cuda:0]}"));

        assertThat(config.catalog().models().get("small").device()).isEqualTo("cuda:0,cuda:1");
        assertThat(
                        JobConfigReader.parse(
                                        MINIMAL.replace(
                                                "{directory: /m}", "{directory: /m, device: cuda}"))
                                .catalog()
                                .models()
                                .get("small")
                                .device())
                .isEqualTo("cuda:0");
    }

    @Test
    void littleIsRequiredAndTheRestHasDefaults() {
        JobConfig config = JobConfigReader.parse(MINIMAL);

        assertThat(config.requests().bounded()).isFalse();
        assertThat(config.requests().start()).isEqualTo(RequestsConfig.EARLIEST);
        assertThat(config.delivery().guarantee()).isEqualTo(DeliveryConfig.Guarantee.EXACTLY_ONCE);
        assertThat(config.delivery().checkpointInterval()).isNull();
        assertThat(config.models().get("small").dtype()).isEqualTo(ComputeType.AUTO);
        Properties source = KafkaProperties.source(config);
        assertThat(source).containsEntry("isolation.level", "read_committed");
        Properties sink = KafkaProperties.sink(config);
        assertThat(sink)
                .containsEntry("transaction.timeout.ms", "900000")
                .containsEntry("max.request.size", "1016384")
                .containsEntry("batch.size", "131072");
    }

    @Test
    void kafkaPropertiesPassThroughAndTheNarrowerSectionWins() {
        JobConfig config =
                JobConfigReader.parse(
                        MINIMAL.replace(
                                        "{bootstrap.servers: \"k:1\"}",
                                        "{bootstrap.servers: \"k:1\", retries: 5}")
                                + "source: {retries: 6, isolation.level: read_uncommitted}\n"
                                + "sink: {linger.ms: 7, batch.size: 9, enable.idempotence: true}\n");

        assertThat(KafkaProperties.source(config))
                .containsEntry("retries", "6")
                .containsEntry("isolation.level", "read_uncommitted");
        assertThat(KafkaProperties.sink(config))
                .containsEntry("retries", "5")
                .containsEntry("linger.ms", "7")
                .containsEntry("batch.size", "9")
                .containsEntry("enable.idempotence", "true")
                .doesNotContainKey("isolation.level");
    }

    @Test
    void aSecretByReferenceIsGood() {
        JobConfig config =
                JobConfigReader.parse(
                        MINIMAL.replace(
                                "{bootstrap.servers: \"k:1\"}",
                                "{bootstrap.servers: \"k:1\", config.providers: \"env,file\","
                                        + " sasl.jaas.config: 'M required username=\"u\""
                                        + " password=\"${file:/run/s.properties:pw}\";'}"));

        assertThat(KafkaProperties.sink(config).getProperty("sasl.jaas.config"))
                .contains("${file:/run/s.properties:pw}");
    }

    @Test
    void theModelOfTheDefaultsIsLoadedAheadUnlessToldOtherwise() {
        String models = "models: {small: {directory: /m}, big: {directory: /b}}";
        String yaml = MINIMAL.replace("models: {small: {directory: /m}}", models);

        assertThat(JobConfigReader.parse(yaml).catalog().preloaded()).containsExactly("small");
        assertThat(
                        JobConfigReader.parse(yaml.replace("/b}", "/b, preload: true}"))
                                .catalog()
                                .preloaded())
                .containsExactlyInAnyOrder("small", "big");
        assertThat(
                        JobConfigReader.parse(yaml.replace("/m}", "/m, preload: false}"))
                                .catalog()
                                .preloaded())
                .isEmpty();
        assertThat(
                        JobConfigReader.parse(
                                        yaml.replace(
                                                "{model: small}",
                                                "{model: small, stages: [{keep: 2}, {model: big}]}"))
                                .catalog()
                                .preloaded())
                .containsExactlyInAnyOrder("small", "big");
    }

    @Test
    void aRouteForNorwegianIsNotOneForFalse() {
        JobConfig config =
                JobConfigReader.parse(
                        MINIMAL
                                + "tenants: {a: {routes: [{name: nordic, when: {field: language,"
                                + " in: [no, sv]}, settings: {top_n: 3}}]}}\n");

        assertThat(config.directory().find("a").orElseThrow().routes().get(0).when().values())
                .containsExactly("\"no\"", "\"sv\"");
    }

    @Test
    void aModelThatIsNotHereIsSaidNotRefused() {
        JobConfig config = JobConfigReader.parse(MINIMAL + "tenants: {a: {cutoff_layers: [99]}}\n");

        assertThat(config.unread())
                .containsExactly(
                        "models.small: /m is not here, so what settings ask of this model is"
                                + " checked where the job runs");
    }

    private static String example() throws IOException {
        try (InputStream in = JobConfigTest.class.getResourceAsStream("/example-stream.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
