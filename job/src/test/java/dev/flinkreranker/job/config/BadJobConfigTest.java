package dev.flinkreranker.job.config;

import static dev.flinkreranker.job.config.JobConfigTest.MINIMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flinkreranker.operators.config.InvalidConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is refused before the job runs, by its path. */
class BadJobConfigTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "requests: {topic: in}|requsts: {topic: in}|requsts is not known; did you mean requests?",
                "requests: {topic: in}|requests: {topik: in}|requests.topik is not known; did you mean topic?",
                "requests: {topic: in}|requests: {}|requests.topic is missing",
                "requests: {topic: in}|requests: in|requests must be a map of fields",
                "requests: {topic: in}|requests: {topic: 'a b'}|requests.topic must be a Kafka topic's name",
                "requests: {topic: in}|requests: {topic: in, start: now}|requests.start must be earliest, latest, committed, a time such as 2026-01-31T12:00:00Z, a date such as 2026-01-31, or milliseconds since the epoch in quotes, but is \"now\"",
                "requests: {topic: in}|requests: {topic: in, start: 2026-13-01T00:00:00Z}|requests.start must be earliest",
                "requests: {topic: in}|requests: {topic: in, stop: 2026-02-30}|requests.stop must be never",
                "requests: {topic: in}|requests: {topic: in, topics: [a]}|requests.topic, topics and topic_pattern say the same thing; set one of them",
                "requests: {topic: in}|requests: {topics: [a, a]}|requests.topics has a twice",
                "requests: {topic: in}|requests: {topics: [a, 'b c']}|requests.topics[1] must be a Kafka topic's name, but is \"b c\"",
                "requests: {topic: in}|requests: {topics: []}|requests.topic is missing",
                "requests: {topic: in}|requests: {topics: [in, out]}|requests.topics[1] and results.topic must differ",
                "requests: {topic: in}|requests: {topic_pattern: 'in['}|requests.topic_pattern must be a regular expression, but is \"in[\": Unclosed character class",
                "requests: {topic: in}|requests: {topic_pattern: '.*'}|requests.topic_pattern takes the topic out of results.topic too",
                "requests: {topic: in}|requests: {topic: in}\\nlimits: {unique_ids: 1}|limits.unique_ids must be true or false",
                "requests: {topic: in}|requests: {topic: in, auto_offset_reset: never}|requests.auto_offset_reset must be one of earliest, latest, none, but is \"never\"",
                "requests: {topic: in}|requests: {topic: in, records_per_second: 0}|requests.records_per_second must be above zero and at most 1e9, but is 0.0",
                "requests: {topic: in}|requests: {topic: in}\\nname: ..|name must not be . or .., which are no folders of their own",
                "requests: {topic: in}|requests: {topic: in}\\nsink: {bootstrap.servers: 'k:2'}|sink.bootstrap.servers: a job works on one Kafka cluster; set kafka.bootstrap.servers, and mirror topics of another one",
                "requests: {topic: in}|requests: {topic: in}\\nsource: {auto.offset.reset: latest}|source.auto.offset.reset is decided by requests.auto_offset_reset",
                "requests: {topic: in}|requests: {topic: in}\\ndelivery: {checkpoint_min_pause: 10min}|delivery.transaction_timeout (15min) must exceed checkpoint_min_pause + checkpoint_timeout (15min), with time for a restart: the broker would drop results",
                "requests: {topic: in}|requests: {topic: in}\\ndelivery: {longest_outage: 10min}|delivery.transaction_timeout (15min) must exceed checkpoint_interval + checkpoint_timeout + longest_outage (905s): after such an outage the broker would have dropped results",
                "requests: {topic: in}|requests: {topic: in, stop: earliest}|requests.stop must be never, latest, a time such as",
                "requests: {topic: in}||requests is missing",
                "results: {topic: out}|results: {topic: in}|requests.topic and results.topic must differ",
                "kafka: {bootstrap.servers: \"k:1\"}|kafka: {}|kafka.bootstrap.servers is missing",
                "kafka: {bootstrap.servers: \"k:1\"}|kafka: {bootstrap.servers: [a]}|kafka.bootstrap.servers must be a single value",
                "defaults: {model: small}|defaults: {model: smal}|defaults.model: model \"smal\" is not in the catalogue; did you mean small?",
                "defaults: {model: small}|defaults: {}|defaults.model is missing",
                "defaults: {model: small}|defaults: {model: small, top_n: 0}|defaults.top_n must be at least 1, but is 0",
                "{directory: /m}|{}|models.small.directory is missing",
                "small: {directory: /m}|small: null|models.small is missing",
                "{directory: /m}|{directory: /m, dtype: fp16}|models.small.dtype must be one of float32, bfloat16, float16, int8, auto, but is \"fp16\"",
                "{directory: /m}|{directory: /m, device: gpu}|models.small.device \"gpu\" is not known; use cpu, cuda, cpu:N or cuda:N, or auto",
                "{directory: /m}|{directory: /m, device: [cuda:1, cuda:1]}|models.small.device \"cuda:1,cuda:1\" names cuda:1 twice",
                "{directory: /m}|{directory: /m, device: [cpu, cuda]}|models.small.device \"cpu,cuda:0\" mixes CPU and GPUs, whose scores differ",
                "{directory: /m}|{directory: /m, device: []}|models.small.device \"\" is not known",
                "small: {directory: /m}|small: {directory: /m, device: [cuda:0, cuda:1]}, other: {directory: /m, device: cuda:1}|models.other.device cuda:1 and models.small.device cuda:0,cuda:1 share a device; give both the same list",
                "small: {directory: /m}|none: {directory: /m}|models.none: the name is taken",
                "{directory: /m}|{directory: \"a\\0b\"}|models.small.directory is not a path: Nul character not allowed",
                "{directory: /m}|{directory: /m, base: \"a\\0b\"}|models.small.base is not a path: Nul character not allowed",
                "{directory: /m}|{directory: ../tests/models/scifact-minilm-layerwise, base: ../tests}|models.small: ../tests/models/scifact-minilm-layerwise: is no adapter, so it takes no base",
                "{directory: /m}|{directory: /m, sha256: abc}|models.small.sha256 must be 64 hexadecimal digits, or lines of sha256sum with names in the model's directory, but has \"abc\"",
                "{directory: /m}|{directory: /m, revision: a b}|models.small.revision must have 1 to 64 printable ASCII characters",
                "{directory: /m}|{directory: /m, preload: maybe}|models.small.preload must be true or false",
                "{directory: /m}|{directory: ../tests/models}|models.small: ../tests/models/config.json",
                "defaults: {model: small}|defaults: {model: small, routes: [{name: r, when: {field: l, equals: 1}, settings: {model: smal}}]}|defaults.routes[0].settings.model: model \"smal\" is not in the catalogue",
                "models: {small: {directory: /m}}|models: {small: {directory: ../tests/models/scifact-minilm-layerwise}}\\ntenants: {a: {cutoff_layers: [9]}}|tenants.a.cutoff_layers 9: this BERT model has heads at layers 3-6",
                "requests: {topic: in}|requests: {topic: in}\\nname: 'a:b'|name must match",
                "requests: {topic: in}|requests: {topic: in}\\nparallelism: 0|parallelism must be at least 1, but is 0",
                "requests: {topic: in}|requests: {topic: in}\\nrequests: {topic: in}|line 2, column 9: the field \"requests\" is there twice",
                "requests: {topic: in}|requests: {topic: in|line 2, column 8: a comma or a } is missing",
                "requests: {topic: in}|requests: {topic: in}\\ndelivery: {checkpoint_interval: 5}|delivery.checkpoint_interval must be a duration such as 500ms",
                "requests: {topic: in}|requests: {topic: in}\\ndelivery: {checkpoint_interval: 0s}|delivery.checkpoint_interval must be above zero",
                "requests: {topic: in}|requests: {topic: in}\\ndelivery: {transaction_timeout: 1h}|delivery.transaction_timeout (1h) must not exceed broker_transaction_max_timeout (15min)",
                "requests: {topic: in}|requests: {topic: in}\\ndelivery: {transaction_timeout: 5min}|delivery.transaction_timeout (5min) must exceed checkpoint_interval + checkpoint_timeout (305s)",
                "requests: {topic: in}|requests: {topic: in}\\nlimits: {documents: 0}|limits.documents must be at least 1, but is 0",
                "requests: {topic: in}|requests: {topic: in}\\nlimits: {depth: 501}|limits.depth must be at most 500, but is 501",
                "requests: {topic: in}|requests: {topic: in}\\nrerank: {capacity: 0}|rerank.capacity must be at least 1, but is 0",
                "requests: {topic: in}|requests: {topic: in}\\ntenants: {'a b': {}}|tenants: the id \"a b\" must match",
                "requests: {topic: in}|requests: {topic: in}\\ntenants: {a: {top_m: 1}}|tenants.a.top_m is not known; did you mean top_n?",
                "requests: {topic: in}|requests: {topic: in}\\nunknown_tenant: drop|unknown_tenant must be one of defaults, reject, hold",
                "requests: {topic: in}|requests: {topic: in}\\nunknown_tenant: hold|unknown_tenant: hold waits for configs of a topic, and tenant_configs names none",
                "requests: {topic: in}|requests: {topic: in}\\nunknown_tenant: hold\\ntenant_configs: {topic: t}\\nrerank: {ordered: true}|unknown_tenant: hold lets later requests overtake",
                "requests: {topic: in}|requests: {topic: in}\\noverflow: {}|overflow.topic is missing",
                "requests: {topic: in}|requests: {topic: in}\\noverflow: {topic: out}|results.topic and overflow.topic must differ",
                "requests: {topic: in}|requests: {topic: in}\\noverflow: {topic: o}\\nrerank: {ordered: true}|overflow: later requests overtake those that are set aside, and rerank.ordered forbids that",
                "requests: {topic: in}|requests: {topic: in}\\nusage: {topic: in}|requests.topic and usage.topic must differ",
                "requests: {topic: in}|requests: {topic: in}\\nusage: {topic: u, interval: 10ms}|usage.interval must be between 1s and 24h",
                "requests: {topic: in}|requests: {topic: in}\\nusage: {}|usage.topic is missing",
                "requests: {topic: in}|requests: {topic: in}\\ntenant_configs: {}|tenant_configs.topic is missing",
                "requests: {topic: in}|requests: {topic: in}\\ntenant_configs: {topic: out}|results.topic and tenant_configs.topic must differ",
                "requests: {topic: in}|requests: {topic: in}\\ntenant_configs: {topic: t, hold_time: 0s}|tenant_configs.hold_time must be above zero",
                "requests: {topic: in}|requests: {topic: in}\\ntenant_configs: {topic: t, hold_requests: 0}|tenant_configs.hold_requests must be at least 1, but is 0",
                "requests: {topic: in}|requests: {topic: in}\\ntenant_configs: {topic: t, hold_bytes: 0}|tenant_configs.hold_bytes must be at least 1, but is 0",
                "defaults: {model: small}|defaults: small|defaults must be a map of fields",
                "requests: {topic: in}|requests: {topic: in}\\nsource: {group.id: x}|source.group.id is decided by requests.group",
                "requests: {topic: in}|requests: {topic: in}\\nsink: {transactional.id: x}|sink.transactional.id is decided by name",
                "requests: {topic: in}|requests: {topic: in}\\nsink: {max.request.size: 5}|sink.max.request.size must be an integer of at least limits.record_bytes (1000000), but is 5",
                "requests: {topic: in}|requests: {topic: in}\\nsource: {ssl.truststore.password: hunter2}|source.ssl.truststore.password holds a secret: refer to a config provider",
                "requests: {topic: in}|requests: {topic: in}\\nsource: {sasl.jaas.config: 'M required username=u password=\"hunter2\";'}|source.sasl.jaas.config holds a secret",
                "requests: {topic: in}|requests: {topic: in}\\nsource: {sasl.jaas.config: 'M required oauth.refresh.token=\"hunter2\" oauth.client.id=\"me\";'}|source.sasl.jaas.config holds a secret",
                "requests: {topic: in}|requests: {topic: in}\\nsource: {sasl.jaas.config: 'M required oauth.client.assertion=hunter2;'}|source.sasl.jaas.config holds a secret",
                "requests: {topic: in}|requests: {topic: in}\\nsource: {sasl.jaas.config: 'M required password=\"hunter2${file:a:b}\";'}|source.sasl.jaas.config holds a secret",
                "requests: {topic: in}|requests: {topic: in}\\nsource: {sasl.oauthbearer.assertion.private.key.passphrase: hunter2}|source.sasl.oauthbearer.assertion.private.key.passphrase holds a secret",
                "requests: {topic: in}|requests: {topic: in}\\nsource: {ssl.keystore.key: hunter2}|source.ssl.keystore.key holds a secret",
                "requests: {topic: in}|requests: {topic: in}\\nsource: {config.providers.vault.param.token: hunter2}|source.config.providers.vault.param.token holds a secret",
                "results: {topic: out}|results: {topic: out, key: document}|results.key must be one of event, tenant, request_id, but is \"document\"",
                "results: {topic: out}|results: {topic: out, reply_topics: [a, a]}|results.reply_topics has a twice",
                "results: {topic: out}|results: {topic: out, reply_topics: [in]}|requests.topic and results.reply_topics[0] must differ",
                "results: {topic: out}|results: {topic: out, timestamp: then}|results.timestamp must be one of event, now, but is \"then\"",
                "requests: {topic: in}|requests: {topic: in}\\nsource: {ssl.truststore.password: '${file:/s:p}'}|ssl.truststore.password refers to the config provider \"file\", which kafka.config.providers does not name",
            })
    void aBadConfigurationIsRefusedByThePath(String part, String instead, String message) {
        String yaml = MINIMAL.replace(part, instead == null ? "" : instead.replace("\\n", "\n"));

        assertThatThrownBy(() -> JobConfigReader.parse(yaml))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(message)
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void everyViolationNamesTheFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("job.yaml");
        Files.writeString(
                file, MINIMAL + "tenants: {a: {top_n: 0}, b: {top_n: 1, max_candidates: 0}}\n");

        InvalidConfigException refusal =
                catchThrowableOfType(
                        InvalidConfigException.class, () -> JobConfigReader.read(file));

        assertThat(refusal.violations())
                .containsExactly(
                        file + ": tenants.a.top_n must be at least 1, but is 0",
                        file + ": tenants.b.max_candidates must be at least 1, but is 0");
    }
}
