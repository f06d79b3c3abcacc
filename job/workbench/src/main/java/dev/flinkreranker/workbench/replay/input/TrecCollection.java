package dev.flinkreranker.workbench.replay.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A test collection with a first stage, as BEIR, MIRACL, MTEB and NanoBEIR lay them out.
 *
 * @param queries JSON lines with {@code _id} and {@code text}, or TSV of id and text
 * @param corpus files of JSON lines with {@code _id} or {@code docid}, {@code title} and {@code
 *     text}, or TSV of id and text; at least one
 * @param run the first stage's run, or candidates by query as JSON
 * @param qrels judgments; null when there are none
 * @param depth candidates taken of each query, at least 1
 * @param leavesOutSelf whether a query is no candidate of its own
 */
public record TrecCollection(
        Path queries,
        List<Path> corpus,
        Path run,
        @Nullable Path qrels,
        int depth,
        boolean leavesOutSelf) {

    private static final String DEFAULT_SPLIT = "test";

    /** Copies the list and refuses a depth below 1. */
    public TrecCollection {
        corpus = List.copyOf(corpus);
        if (depth < 1) {
            throw new IllegalArgumentException("depth must be at least 1, but is " + depth);
        }
    }

    /**
     * The parts that were named; null where they are to be found.
     *
     * @param queries see {@link TrecCollection}
     * @param corpus empty where it is to be found
     * @param run see {@link TrecCollection}
     * @param qrels see {@link TrecCollection}
     * @param split part of a file's name that chooses between several, such as {@code dev}
     */
    public record Named(
            @Nullable Path queries,
            List<Path> corpus,
            @Nullable Path run,
            @Nullable Path qrels,
            @Nullable String split) {}

    /** With queries among their own candidates, where the run has them there. */
    public TrecCollection(
            Path queries, List<Path> corpus, Path run, @Nullable Path qrels, int depth) {
        this(queries, corpus, run, qrels, depth, false);
    }

    /** The same, where no query is a candidate of its own. */
    public TrecCollection withoutSelf() {
        return new TrecCollection(queries, corpus, run, qrels, depth, true);
    }

    /** Whether a folder looks like a collection: whether it has queries. */
    public static boolean isIn(Path folder) throws IOException {
        return !queries(folder).isEmpty();
    }

    /** Which part of the collection the judgments are, by their file's name; such as test. */
    public String split() {
        String[] words =
                qrels.getFileName()
                        .toString()
                        .replaceFirst("(\\.(tsv|txt|qrels|jsonl?|gz|zst))+$", "")
                        .split("[^A-Za-z0-9]");
        return words[words.length - 1];
    }

    /**
     * Finds the parts in a folder that were not named: {@code queries*} or {@code topics/*}, {@code
     * corpus*} or {@code docs*}, {@code qrels/*} or {@code qrels*}, and for the run {@code *.run}
     * or {@code *.trec}, or else candidates as JSON: {@code top_ranked*}, {@code bm25*} or {@code
     * *predictions*}. What may be a file may be a folder of such files.
     *
     * @throws IOException saying which part is missing, or there more than once
     */
    public static TrecCollection in(Path folder, Named named, int depth) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString(), null, "no such folder");
        }
        Path qrels = named.qrels();
        List<Path> judgments = parts(folder, "qrels", "(.*[._-])?qrels\\b.*");
        if (qrels == null && !judgments.isEmpty()) {
            qrels = only(folder, "qrels", judgments, named.split());
        }
        return new TrecCollection(
                named.queries() != null
                        ? named.queries()
                        : only(folder, "queries", queries(folder), named.split()),
                named.corpus().isEmpty() ? corpus(folder) : named.corpus(),
                named.run() != null
                        ? named.run()
                        : only(folder, "run", runs(folder), named.split()),
                qrels,
                depth);
    }

    private static List<Path> queries(Path folder) throws IOException {
        List<Path> queries = parts(folder, "queries", "(.*[._-])?queries\\b.*");
        return queries.isEmpty() ? files(folder.resolve("topics"), ".*") : queries;
    }

    private static List<Path> runs(Path folder) throws IOException {
        List<Path> runs = files(folder, ".*\\.(run|trec)(\\.gz|\\.zst)?");
        for (String name : List.of("top_ranked", "bm25", ".*predictions")) {
            if (runs.isEmpty()) {
                runs = parts(folder, name, name + ".*\\.jsonl?(\\.gz|\\.zst)?");
            }
        }
        return runs;
    }

    private static List<Path> corpus(Path folder) throws IOException {
        List<Path> corpus = parts(folder, "corpus", "(corpus|docs).*");
        if (corpus.isEmpty()) {
            throw missing(folder, "corpus", "none");
        }
        return corpus;
    }

    /** The only one, or the one of the split. */
    private static Path only(Path folder, String part, List<Path> found, String split)
            throws IOException {
        if (found.size() == 1 && split == null) {
            return found.get(0);
        }
        Pattern name =
                Pattern.compile(
                        "(?<![A-Za-z0-9])"
                                + Pattern.quote(split == null ? DEFAULT_SPLIT : split)
                                + "(?![A-Za-z0-9])");
        List<Path> ofSplit =
                found.stream()
                        .filter(file -> name.matcher(file.getFileName().toString()).find())
                        .toList();
        if (ofSplit.size() == 1) {
            return ofSplit.get(0);
        }
        // One file for all splits, as BEIR's queries.
        if (found.size() == 1) {
            return found.get(0);
        }
        throw missing(
                folder,
                part,
                found.isEmpty()
                        ? "none"
                        : String.join(
                                ", ",
                                found.stream().map(f -> f.getFileName().toString()).toList()));
    }

    private static IOException missing(Path folder, String part, String there) {
        return new IOException(
                "%s: one %s file is needed, and there is %s; choose with --split, or name it with --%s"
                        .formatted(folder, part, there, part));
    }

    /** The files so named, or else all those in the folder so named. */
    private static List<Path> parts(Path folder, String subfolder, String name) throws IOException {
        List<Path> files = files(folder, name);
        return files.isEmpty() ? files(folder.resolve(subfolder), ".*") : files;
    }

    private static List<Path> files(Path folder, String name) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(file -> file.getFileName().toString().matches(name))
                    .sorted()
                    .toList();
        }
    }
}
