package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.workbench.options.KafkaOptions;
import dev.flinkreranker.workbench.replay.input.InputPaths;
import dev.flinkreranker.workbench.replay.input.LogTimes;
import dev.flinkreranker.workbench.replay.input.PipedFile;
import dev.flinkreranker.workbench.replay.input.TopicLog;
import dev.flinkreranker.workbench.replay.input.TrecCollection;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is replayed. */
public final class InputOptions {
    @Option(
            names = "--log",
            arity = "1..*",
            paramLabel = "PATH",
            description =
                    "Requests as JSON lines, as the stream takes them, or results with query and"
                            + " documents, as it writes them: files, directories or glob patterns;"
                            + " plain, gzip or Zstandard; - for standard input.")
    private List<String> logs = new ArrayList<>();

    @Option(
            names = "--collection",
            paramLabel = "DIR",
            description =
                    "A test collection as BEIR, MIRACL, MTEB or NanoBEIR lays it out: queries* or"
                            + " topics/*, corpus* or docs*, qrels/* or qrels*, and the first stage,"
                            + " *.run or candidates as JSON (top_ranked*, bm25*, *predictions*)."
                            + " --queries, --corpus, --run and --qrels name what lies elsewhere.")
    private @Nullable Path collection;

    @Option(names = "--queries", paramLabel = "FILE", description = "Queries, JSON lines or TSV.")
    private @Nullable Path queries;

    @Option(
            names = "--corpus",
            arity = "1..*",
            paramLabel = "PATH",
            description = "Passages, JSON lines or TSV: files, directories or glob patterns.")
    private List<String> corpus = new ArrayList<>();

    @Option(
            names = "--run",
            paramLabel = "FILE",
            description = "The first stage's run, TREC's or candidates by query as JSON.")
    private @Nullable Path run;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            description =
                    "Which of several files of a collection, such as dev. By default test, or the"
                            + " only one.")
    private @Nullable String split;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description =
                    "Requests, or results with query and documents, of a Kafka topic, copied first;"
                            + " with --bootstrap-servers or --job. No group is joined.")
    private @Nullable String topic;

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

    /**
     * What was chosen.
     *
     * @param input the requests
     * @param qrels the judgments that belong to them; null when there are none
     * @param requestsPerSecond how many requests there were in a second; null when nobody knows
     */
    public record Chosen(
            ReplayInput input, @Nullable Path qrels, @Nullable Double requestsPerSecond) {}

    /** Whether any input is named. */
    boolean isNamed() {
        return collection != null
                || queries != null
                || run != null
                || topic != null
                || !corpus.isEmpty()
                || !logs.isEmpty();
    }

    /**
     * Finds one of several collections, which has all that is needed in its folder.
     *
     * @throws IOException when it lacks judgments
     */
    TrecCollection collection(Path folder, boolean leavesOutSelf) throws IOException {
        TrecCollection found =
                TrecCollection.in(
                        folder,
                        new TrecCollection.Named(null, List.of(), null, null, split),
                        depth);
        if (found.qrels() == null) {
            throw new IOException(folder + ": no qrels there, and a table needs them");
        }
        return leavesOutSelf ? found.withoutSelf() : found;
    }

    /**
     * Finds the input.
     *
     * @param namedQrels the judgments named; null for the collection's own
     * @param leavesOutSelf whether a collection's queries are no candidates of their own
     * @throws IllegalArgumentException when none or more than one kind is named
     */
    public Chosen choose(
            ReplayDirectory directory,
            KafkaOptions kafka,
            @Nullable Path namedQrels,
            boolean leavesOutSelf)
            throws IOException {
        Path qrels = PipedFile.kept(namedQrels, directory.inputs());
        boolean files = queries != null || !corpus.isEmpty() || run != null;
        boolean trec = files || collection != null;
        int kinds = (logs.isEmpty() ? 0 : 1) + (topic == null ? 0 : 1) + (trec ? 1 : 0);
        if (kinds != 1) {
            throw new IllegalArgumentException(
                    "name the input in one way: --log, --topic, --collection, or"
                            + " --queries with --corpus and --run");
        }
        if (trec) {
            TrecCollection found = collection(qrels, directory);
            return new Chosen(
                    ReplayInput.collection(leavesOutSelf ? found.withoutSelf() : found, directory),
                    found.qrels(),
                    null);
        }
        List<Path> named =
                topic == null
                        ? files(logs, directory)
                        : topicLogs(topic, from, to, directory, kafka);
        ReplayInput input = ReplayInput.logs(named, directory);
        return new Chosen(input, qrels, topic == null ? null : LogTimes.perSecond(named));
    }

    private TrecCollection collection(@Nullable Path qrels, ReplayDirectory directory)
            throws IOException {
        List<Path> passages = corpus.isEmpty() ? List.of() : files(corpus, directory);
        Path queryFile = PipedFile.kept(queries, directory.inputs());
        Path runFile = PipedFile.kept(run, directory.inputs());
        if (collection != null) {
            return TrecCollection.in(
                    collection,
                    new TrecCollection.Named(queryFile, passages, runFile, qrels, split),
                    depth);
        }
        if (queries == null || passages.isEmpty() || run == null) {
            throw new IllegalArgumentException("--queries, --corpus and --run go together");
        }
        return new TrecCollection(queryFile, passages, runFile, qrels, depth);
    }

    /** What paths and patterns name, pipes included. */
    static List<Path> files(List<String> named, ReplayDirectory directory) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path file : InputPaths.expand(named)) {
            files.add(PipedFile.kept(file, directory.inputs()));
        }
        return files;
    }

    static List<Path> topicLogs(
            String name, String first, String last, ReplayDirectory directory, KafkaOptions kafka)
            throws IOException {
        return TopicLog.write(kafka.source(), name, first, last, directory.inputs());
    }
}
