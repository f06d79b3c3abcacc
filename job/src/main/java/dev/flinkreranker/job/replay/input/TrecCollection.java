package dev.flinkreranker.job.replay.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A test collection with a first stage, as BEIR and MIRACL lay them out.
 *
 * @param queries JSON lines with {@code _id} and {@code text}, or TSV of id and text
 * @param corpus JSON lines with {@code _id}, {@code title} and {@code text}, or TSV of id and text
 * @param run the first stage's TREC run
 * @param qrels judgments; null when there are none
 * @param depth candidates taken of each query, at least 1
 */
public record TrecCollection(Path queries, Path corpus, Path run, Path qrels, int depth) {

    /** Refuses a depth below 1. */
    public TrecCollection {
        if (depth < 1) {
            throw new IllegalArgumentException("depth must be at least 1, but is " + depth);
        }
    }

    /**
     * Finds the parts in a folder: {@code queries*}, {@code corpus*}, {@code *.run} or {@code
     * *.trec}, {@code qrels/*}.
     *
     * @throws IOException saying which part is missing or there more than once
     */
    public static TrecCollection in(Path folder, int depth) throws IOException {
        Path queries = only(folder, "queries*", name -> name.startsWith("queries"));
        Path corpus = only(folder, "corpus*", name -> name.startsWith("corpus"));
        Path run = only(folder, "*.run", name -> name.matches(".*\\.(run|trec)(\\.gz)?"));
        Path qrels = folder.resolve("qrels");
        return new TrecCollection(
                queries,
                corpus,
                run,
                Files.isDirectory(qrels) ? only(qrels, "qrels/*", name -> true) : null,
                depth);
    }

    private static Path only(Path folder, String what, Predicate<String> name) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString(), null, "no such folder");
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found =
                    files.filter(Files::isRegularFile)
                            .filter(file -> name.test(file.getFileName().toString()))
                            .sorted()
                            .toList();
            if (found.size() != 1) {
                throw new IOException(
                        folder
                                + " holds "
                                + found.size()
                                + " files "
                                + what
                                + ", one is needed; name the files one by one instead");
            }
            return found.get(0);
        }
    }
}
