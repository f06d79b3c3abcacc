package dev.flinkreranker.workbench.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.workbench.stream.StreamTopics;
import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A job with the contract of the real one and no model: it turns the order of the candidates round.
 * One request may be dropped, or answered twice, to see whether anybody notices.
 */
final class ReversingJob implements DemoJob {

    private static final OutputTag<String> REJECTED =
            new OutputTag<>("rejected") {
                @Serial private static final long serialVersionUID = 1L;
            };

    private final String dropped;
    private final String doubled;

    ReversingJob(String dropped, String doubled) {
        this.dropped = dropped;
        this.doubled = doubled;
    }

    @Override
    public StreamGraph graph(StreamTopics topics, Path directory) {
        Configuration configuration = new Configuration();
        configuration.setString("execution.checkpointing.interval", "200 ms");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        KafkaSource<String> source =
                KafkaSource.<String>builder()
                        .setBootstrapServers(topics.bootstrapServers())
                        .setTopics(topics.requests())
                        .setGroupId("reversing")
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .setDeserializer(new KeyAndValue())
                        .build();
        SingleOutputStreamOperator<String> results =
                env.fromSource(source, WatermarkStrategy.noWatermarks(), "requests")
                        .process(new Reverse(dropped, doubled));
        results.sinkTo(sink(topics, topics.results(), "reversing-out-"));
        results.getSideOutput(REJECTED)
                .sinkTo(sink(topics, topics.deadLetters(), "reversing-dlq-"));
        return env.getStreamGraph();
    }

    private static KafkaSink<String> sink(StreamTopics topics, String topic, String prefix) {
        return KafkaSink.<String>builder()
                .setBootstrapServers(topics.bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(prefix)
                .setProperty("transaction.timeout.ms", "60000")
                .setRecordSerializer(
                        KafkaRecordSerializationSchema.<String>builder()
                                .setTopic(topic)
                                .setKeySerializationSchema(new Half(0))
                                .setValueSerializationSchema(new Half(1))
                                .build())
                .build();
    }

    /** A record as text: its key, a line feed, its value. */
    private static final class KeyAndValue implements KafkaRecordDeserializationSchema<String> {
        @Serial private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<String> out) {
            out.collect(
                    new String(record.key(), StandardCharsets.UTF_8)
                            + "\n"
                            + new String(record.value(), StandardCharsets.UTF_8));
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return TypeInformation.of(String.class);
        }
    }

    private static final class Half implements SerializationSchema<String> {
        @Serial private static final long serialVersionUID = 1L;

        private final int index;

        Half(int index) {
            this.index = index;
        }

        @Override
        public byte[] serialize(String record) {
            return record.split("\n", 2)[index].getBytes(StandardCharsets.UTF_8);
        }
    }

    private static final class Reverse extends ProcessFunction<String, String> {
        @Serial private static final long serialVersionUID = 1L;

        private static final ObjectMapper MAPPER = new ObjectMapper();

        private final String dropped;
        private final String doubled;

        Reverse(String dropped, String doubled) {
            this.dropped = dropped;
            this.doubled = doubled;
        }

        @Override
        public void processElement(String value, Context context, Collector<String> out) {
            String result;
            JsonNode request;
            try {
                request = MAPPER.readTree(value.split("\n", 2)[1]);
                result = reverse(request);
            } catch (IOException | IllegalArgumentException e) {
                context.output(REJECTED, value);
                return;
            }
            String id = request.get("request_id").asText();
            if (!id.equals(dropped)) {
                out.collect(result);
            }
            if (id.equals(doubled)) {
                out.collect(result);
            }
        }

        private static String reverse(JsonNode request) throws IOException {
            JsonNode documents = request.required("documents");
            request.required("query");
            if (documents.isEmpty()) {
                throw new IllegalArgumentException("no documents");
            }
            ObjectNode result = MAPPER.createObjectNode();
            String id = request.required("request_id").asText();
            result.put("request_id", id);
            result.put("status", "RANKED");
            ArrayNode results = result.putArray("results");
            for (int i = documents.size() - 1; i >= 0; i--) {
                results.addObject()
                        .put("index", i)
                        .put("relevance_score", (double) i)
                        .<ObjectNode>set("id", documents.get(i).required("id"))
                        .putObject("scores")
                        .put("3", (double) documents.size() - i)
                        .put("6", (double) i);
            }
            result.putObject("usage").put("pairs", documents.size());
            return id + "\n" + MAPPER.writeValueAsString(result);
        }
    }
}
