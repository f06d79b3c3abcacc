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
 * A test collection with a first stage, as BEIR and MIRACL lay them out.
 *
 * @param queries JSON lines with {@code _id} and {@code text}, or TSV of id and text
 * @param corpus files of JSON lines with {@code _id} or {@code docid}, {@code title} and {@code
 *     text}, or TSV of id and text; at least one
 * @param run the first stage's TREC run
 * @param qrels judgments; null when there are none
 * @param depth candidates taken of each query, at least 1
 */
public record TrecCollection(
        Path queries, List<Path> corpus, Path run, @Nullable Path qrels, int depth) {

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

    /**
     * Finds the parts in a folder that were not named: {@code queries*} or {@code topics/*}, {@code
     * corpus*} or {@code docs*}, {@code *.run} or {@code *.trec}, {@code qrels/*}.
     *
     * @throws IOException saying which part is missing, or there more than once
     */
    public static TrecCollection in(Path folder, Named named, int depth) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString(), null, "no such folder");
        }
        Path qrels = named.qrels();
        if (qrels == null && !files(folder.resolve("qrels"), ".*").isEmpty()) {
            qrels = only(folder, "qrels", files(folder.resolve("qrels"), ".*"), named.split());
        }
        return new TrecCollection(
                named.queries() != null
                        ? named.queries()
                        : only(folder, "queries", queries(folder), named.split()),
                named.corpus().isEmpty() ? corpus(folder) : named.corpus(),
                named.run() != null
                        ? named.run()
                        : only(
                                folder,
                                "run",
                                files(folder, ".*\\.(run|trec)(\\.gz|\\.zst)?"),
                                named.split()),
                qrels,
                depth);
    }

    private static List<Path> queries(Path folder) throws IOException {
        List<Path> queries = files(folder, "queries.*");
        return queries.isEmpty() ? files(folder.resolve("topics"), ".*") : queries;
    }

    private static List<Path> corpus(Path folder) throws IOException {
        List<Path> corpus = files(folder, "(corpus|docs).*");
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
