package dev.flinkreranker.workbench.dataset;

import dev.flinkreranker.job.file.InputFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The first claims of SciFact's run, as the input of a command. */
public final class FirstClaims {

    /** Where SciFact lies, seen from this module. */
    public static final Path DATA = Path.of("data", "scifact");

    private FirstClaims() {}

    /**
     * Writes a run of so many claims.
     *
     * @param directory gets the file
     * @return the options that name the input
     */
    public static List<String> options(int claims, Path directory) throws IOException {
        Set<String> queries = new LinkedHashSet<>();
        StringBuilder run = new StringBuilder();
        try (BufferedReader lines = InputFile.reader(DATA.resolve("bm25.test.run.gz"))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                queries.add(line.split(" ")[0]);
                if (queries.size() > claims) {
                    break;
                }
                run.append(line).append('\n');
            }
        }
        return List.of(
                "--queries=" + DATA.resolve("queries.test.jsonl"),
                "--corpus=" + DATA.resolve("corpus.jsonl.gz"),
                "--run=" + Files.writeString(directory.resolve("first.run"), run),
                "--qrels=" + DATA.resolve("qrels/test.tsv"));
    }
}
