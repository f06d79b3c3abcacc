package dev.flinkreranker.workbench.clicks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.workbench.evaluation.FourDigits;
import dev.flinkreranker.workbench.evaluation.trec.RunFileId;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes judgments:
 *
 * <pre>
 * judgments.qrels  TREC's four columns; the query's id is that of the first request that asked it
 * judgments.tsv    query, document, grade, relevance, low, high, views, clicks
 * queries.jsonl    the queries' texts as BEIR has them, where the results tell them
 * examination.tsv  rank, examination (empty where it cannot be told), views, clicks
 * </pre>
 *
 * *
 *
 * <p>Ids are as run files carry them ({@link RunFileId}). All are a function of the input and the
 * options.
 */
final class JudgmentFiles {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JudgmentFiles() {}

    /** Writes all into a directory that exists. */
    static void write(Judgments judgments, Path directory) throws IOException {
        qrels(judgments.judged(), directory.resolve("judgments.qrels"));
        table(judgments.judged(), directory.resolve("judgments.tsv"));
        queries(judgments.judged(), directory.resolve("queries.jsonl"));
        examination(judgments.ranks(), directory.resolve("examination.tsv"));
    }

    private static void qrels(List<Judgment> judged, Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Judgment judgment : judged) {
                out.write(
                        "%s 0 %s %d\n"
                                .formatted(
                                        RunFileId.of(judgment.query()),
                                        RunFileId.of(judgment.document()),
                                        judgment.grade()));
            }
        }
    }

    private static void table(List<Judgment> judged, Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("query\tdocument\tgrade\trelevance\tlow\thigh\tviews\tclicks\n");
            for (Judgment judgment : judged) {
                Relevance relevance = judgment.relevance();
                out.write(
                        "%s\t%s\t%d\t%s\t%s\t%s\t%d\t%d\n"
                                .formatted(
                                        RunFileId.of(judgment.query()),
                                        RunFileId.of(judgment.document()),
                                        judgment.grade(),
                                        FourDigits.format(relevance.estimate()),
                                        FourDigits.format(relevance.low()),
                                        FourDigits.format(relevance.high()),
                                        relevance.views(),
                                        relevance.clicks()));
            }
        }
    }

    private static void queries(List<Judgment> judged, Path file) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Judgment judgment : judged) {
            if (judgment.text() != null) {
                texts.put(RunFileId.of(judgment.query()), judgment.text());
            }
        }
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Map.Entry<String, String> query : texts.entrySet()) {
                ObjectNode line = MAPPER.createObjectNode();
                line.put("_id", query.getKey()).put("text", query.getValue());
                out.write(MAPPER.writeValueAsString(line) + "\n");
            }
        }
    }

    private static void examination(List<ExaminedRank> ranks, Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("rank\texamination\tviews\tclicks\n");
            for (ExaminedRank rank : ranks) {
                out.write(
                        "%d\t%s\t%d\t%d\n"
                                .formatted(
                                        rank.rank(),
                                        rank.isLinked()
                                                ? FourDigits.format(rank.examination())
                                                : "",
                                        rank.views(),
                                        rank.clicks()));
            }
        }
    }
}
