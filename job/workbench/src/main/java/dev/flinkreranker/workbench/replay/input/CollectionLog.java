package dev.flinkreranker.workbench.replay.input;

import com.github.luben.zstd.ZstdOutputStream;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.RunFileId;
import dev.flinkreranker.workbench.evaluation.trec.RunReader;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Turns a {@link TrecCollection} into a request log, one request per query, sorted by query id.
 * From there on a collection and a log of live traffic are one and the same. Ids are the
 * collection's own: where the run has them percent-encoded, that is undone.
 *
 * <p>Memory: the run and an index of the passages it names; their text goes by way of a scratch
 * file.
 */
public final class CollectionLog {
    private CollectionLog() {}

    /** A query with its own id, which a run may have to carry otherwise. */
    private record Query(String id, String text) {}

    /**
     * Writes the log, Zstandard compressed. The file appears only when it is whole. The same
     * collection gives the same bytes.
     *
     * @param problems takes what is missing or wrong, in a fixed order
     * @throws IOException also for a first bad line of the run file
     */
    public static void write(TrecCollection collection, Path log, Consumer<InputProblem> problems)
            throws IOException {
        Run read = RunReader.read(collection.run());
        Run run = collection.leavesOutSelf() ? read.withoutSelf() : read;
        Map<String, Query> queries = new HashMap<>();
        TextRecords.read(
                collection.queries(),
                (line, id, text) -> {
                    if (queries.putIfAbsent(RunFileId.of(id), new Query(id, text)) != null) {
                        problems.accept(
                                new InputProblem(
                                        collection.queries().toString(),
                                        line,
                                        "query " + id + " comes twice"));
                    }
                },
                problems);
        Set<String> needed = new HashSet<>();
        for (String query : run.queries()) {
            first(run, query, collection.depth()).forEach(passage -> needed.add(passage.id()));
        }
        Map<String, String> ownIds = new HashMap<>();
        Path unfinished = log.resolveSibling(log.getFileName() + ".unfinished");
        try (PassageSpool passages = new PassageSpool(log.toAbsolutePath().getParent());
                OutputStream out =
                        new ZstdOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
            for (Path corpus : collection.corpus()) {
                TextRecords.read(
                        corpus,
                        (line, id, text) -> {
                            String runId = RunFileId.of(id);
                            if (!runId.equals(id) && needed.contains(runId)) {
                                ownIds.put(runId, id);
                            }
                            if (needed.contains(runId) && !passages.put(runId, text)) {
                                problems.accept(
                                        new InputProblem(
                                                corpus.toString(),
                                                line,
                                                "passage " + id + " comes twice"));
                            }
                        },
                        problems);
            }
            for (String query : new TreeSet<>(run.queries())) {
                Query text = queries.get(query);
                List<RequestLine.Passage> candidates = new ArrayList<>();
                if (text == null) {
                    problems.accept(
                            missing(
                                    collection,
                                    "query " + query,
                                    collection.queries().getFileName().toString()));
                    continue;
                }
                for (ScoredPassage passage : first(run, query, collection.depth())) {
                    String passageText = passages.get(passage.id());
                    if (passageText == null) {
                        problems.accept(
                                missing(
                                        collection,
                                        "passage " + passage.id() + " of query " + query,
                                        "the corpus"));
                    } else {
                        candidates.add(
                                new RequestLine.Passage(
                                        ownIds.getOrDefault(passage.id(), passage.id()),
                                        passageText,
                                        run.ranksOnly() ? null : passage.score()));
                    }
                }
                if (!candidates.isEmpty()) {
                    out.write(RequestLine.write(text.id(), text.text(), candidates));
                    out.write('\n');
                }
            }
        }
        Files.move(unfinished, log, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<ScoredPassage> first(Run run, String query, int depth) {
        List<ScoredPassage> ranking = run.ranking(query);
        return ranking.subList(0, Math.min(depth, ranking.size()));
    }

    /** The run's line is not known any more; 0 stands for the file as a whole. */
    private static InputProblem missing(TrecCollection collection, String what, String where) {
        return new InputProblem(collection.run().toString(), 0, what + " is not in " + where);
    }
}
