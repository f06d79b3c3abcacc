package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.workbench.options.KafkaOptions;
import dev.flinkreranker.workbench.replay.input.InputPaths;
import dev.flinkreranker.workbench.replay.input.TopicLog;
import dev.flinkreranker.workbench.replay.input.TrecCollection;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that say what is replayed. */
final class InputOptions {
    @Option(
            names = "--log",
            arity = "1..*",
            paramLabel = "PATH",
            description =
                    "Requests as JSON lines, as the stream takes them, or results with query and"
                            + " documents, as it writes them: files, directories or glob patterns;"
                            + " plain, gzip or Zstandard.")
    private List<String> logs = new ArrayList<>();

    @Option(
            names = "--collection",
            paramLabel = "DIR",
            description =
                    "A test collection as BEIR or MIRACL lays it out: queries* or topics/*, corpus*"
                            + " or docs*, *.run (the first stage), qrels/*. --queries, --corpus,"
                            + " --run and --qrels name what lies elsewhere.")
    private Path collection;

    @Option(names = "--queries", paramLabel = "FILE", description = "Queries, JSON lines or TSV.")
    private Path queries;

    @Option(
            names = "--corpus",
            arity = "1..*",
            paramLabel = "PATH",
            description = "Passages, JSON lines or TSV: files, directories or glob patterns.")
    private List<String> corpus = new ArrayList<>();

    @Option(names = "--run", paramLabel = "FILE", description = "The first stage's TREC run.")
    private Path run;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            description =
                    "Which of several files of a collection, such as dev. By default test, or the"
                            + " only one.")
    private String split;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description =
                    "Requests, or results with query and documents, of a Kafka topic, copied first;"
                            + " with --bootstrap-servers or --job. No group is joined.")
    private String topic;

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
            description = "Likewise, all of a Kafka topic.")
    private String liveTopic;

    /**
     * What was chosen.
     *
     * @param input the requests
     * @param qrels the judgments that belong to them; null when there are none
     * @param live files of what production answered; empty when there are none
     */
    record Chosen(ReplayInput input, Path qrels, List<Path> live) {}

    /**
     * Finds the input.
     *
     * @param qrels the judgments named; null for the collection's own
     * @throws IllegalArgumentException when none or more than one kind is named
     */
    Chosen choose(ReplayDirectory directory, KafkaOptions kafka, Path qrels) throws IOException {
        boolean files = queries != null || !corpus.isEmpty() || run != null;
        boolean trec = files || collection != null;
        int kinds = (logs.isEmpty() ? 0 : 1) + (topic == null ? 0 : 1) + (trec ? 1 : 0);
        if (kinds != 1) {
            throw new IllegalArgumentException(
                    "name the input in one way: --log, --topic, --collection, or --queries with"
                            + " --corpus and --run");
        }
        if (trec) {
            TrecCollection found = collection(qrels);
            return new Chosen(
                    ReplayInput.collection(found, directory),
                    found.qrels(),
                    live(directory, kafka));
        }
        ReplayInput input =
                ReplayInput.logs(
                        topic == null
                                ? InputPaths.expand(logs)
                                : topicLogs(topic, from, to, directory, kafka),
                        directory);
        List<Path> named = live(directory, kafka);
        return new Chosen(input, qrels, named.isEmpty() ? input.answers() : named);
    }

    private TrecCollection collection(Path qrels) throws IOException {
        List<Path> passages = corpus.isEmpty() ? List.of() : InputPaths.expand(corpus);
        if (collection != null) {
            return TrecCollection.in(
                    collection,
                    new TrecCollection.Named(queries, passages, run, qrels, split),
                    depth);
        }
        if (queries == null || passages.isEmpty() || run == null) {
            throw new IllegalArgumentException("--queries, --corpus and --run go together");
        }
        return new TrecCollection(queries, passages, run, qrels, depth);
    }

    private List<Path> live(ReplayDirectory directory, KafkaOptions kafka) throws IOException {
        List<Path> files = new ArrayList<>();
        if (!live.isEmpty()) {
            files.addAll(InputPaths.expand(live));
        }
        if (liveTopic != null) {
            files.addAll(topicLogs(liveTopic, "earliest", "latest", directory, kafka));
        }
        return files;
    }

    private static List<Path> topicLogs(
            String name, String first, String last, ReplayDirectory directory, KafkaOptions kafka)
            throws IOException {
        return TopicLog.write(kafka.source(), name, first, last, directory.inputs());
    }
}
