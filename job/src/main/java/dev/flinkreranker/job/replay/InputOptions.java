package dev.flinkreranker.job.replay;

import dev.flinkreranker.job.replay.input.InputPaths;
import dev.flinkreranker.job.replay.input.TopicLog;
import dev.flinkreranker.job.replay.input.TrecCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import picocli.CommandLine.Option;

/** The options that say what is replayed. */
final class InputOptions {
    @Option(
            names = "--log",
            arity = "1..*",
            paramLabel = "PATH",
            description =
                    "Requests as JSON lines, as the stream takes them: files, directories or glob"
                            + " patterns; plain, gzip or Zstandard.")
    private List<String> logs = new ArrayList<>();

    @Option(
            names = "--collection",
            paramLabel = "DIR",
            description =
                    "A test collection as BEIR lays it out: queries*, corpus*, *.run (the first"
                            + " stage) and qrels/*.")
    private Path collection;

    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description = "Queries, JSON lines or TSV; with --corpus and --run.")
    private Path queries;

    @Option(names = "--corpus", paramLabel = "FILE", description = "Passages, JSON lines or TSV.")
    private Path corpus;

    @Option(names = "--run", paramLabel = "FILE", description = "The first stage's TREC run.")
    private Path run;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description =
                    "Requests of a Kafka topic, copied first; with --bootstrap-servers. No group is"
                            + " joined.")
    private String topic;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The brokers of --topic.")
    private String bootstrapServers;

    @Option(
            names = "--kafka",
            paramLabel = "KEY=VALUE",
            description = "A property of Kafka's client. May be given more than once.")
    private Map<String, String> kafka = new LinkedHashMap<>();

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            defaultValue = "earliest",
            description =
                    "Where --topic begins: earliest, a time (2026-01-31T12:00:00Z) or"
                            + " PARTITION:OFFSET,... Default: ${DEFAULT-VALUE}.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "PLACE",
            defaultValue = "latest",
            description = "Where it ends, not included; likewise. Default: ${DEFAULT-VALUE}.")
    private String to;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Candidates taken of each query of a collection. Default: ${DEFAULT-VALUE}.")
    private int depth;

    @Option(
            names = "--qrels",
            paramLabel = "FILE",
            description =
                    "Judgments: TREC's four columns, or BEIR's TSV with header. A collection's own"
                            + " are found.")
    private Path qrels;

    @Option(
            names = "--live",
            arity = "1..*",
            paramLabel = "PATH",
            description =
                    "Results as production wrote them, to compare with as \"live\": JSON lines,"
                            + " files, directories or glob patterns.")
    private List<String> live = new ArrayList<>();

    @Option(
            names = "--live-topic",
            paramLabel = "NAME",
            description = "Likewise, all of a Kafka topic; with --bootstrap-servers.")
    private String liveTopic;

    /** The input, and the judgments that belong to it; null when there are none. */
    record Chosen(ReplayInput input, Path qrels) {}

    /** The files of what production answered; empty when none are named. */
    List<Path> live(ReplayDirectory directory) throws IOException {
        List<Path> files = new ArrayList<>();
        if (!live.isEmpty()) {
            files.addAll(InputPaths.expand(live));
        }
        if (liveTopic != null) {
            files.addAll(topicLogs(liveTopic, "earliest", "latest", directory));
        }
        return files;
    }

    /**
     * Finds the input.
     *
     * @throws IllegalArgumentException when none or more than one kind is named
     */
    Chosen choose(ReplayDirectory directory) throws IOException {
        boolean files = queries != null || corpus != null || run != null;
        int kinds = (logs.isEmpty() ? 0 : 1) + (collection == null ? 0 : 1) + (files ? 1 : 0);
        kinds += topic == null ? 0 : 1;
        if (kinds != 1) {
            throw new IllegalArgumentException(
                    "name the input in one way: --log, --topic, --collection, or --queries with"
                            + " --corpus and --run");
        }
        if (!logs.isEmpty()) {
            return new Chosen(ReplayInput.logs(InputPaths.expand(logs)), qrels);
        }
        if (topic != null) {
            return new Chosen(ReplayInput.logs(topicLogs(topic, from, to, directory)), qrels);
        }
        if (files && (queries == null || corpus == null || run == null)) {
            throw new IllegalArgumentException("--queries, --corpus and --run go together");
        }
        TrecCollection found =
                files
                        ? new TrecCollection(queries, corpus, run, null, depth)
                        : TrecCollection.in(collection, depth);
        return new Chosen(
                ReplayInput.collection(found, directory), qrels != null ? qrels : found.qrels());
    }

    private List<Path> topicLogs(String name, String first, String last, ReplayDirectory directory)
            throws IOException {
        Map<String, String> properties = new LinkedHashMap<>(kafka);
        if (bootstrapServers != null) {
            properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        }
        if (!properties.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new IllegalArgumentException("a topic needs --bootstrap-servers");
        }
        return TopicLog.write(properties, name, first, last, directory.inputs());
    }
}
