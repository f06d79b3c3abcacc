package dev.flinkreranker.workbench.replay.outcome;

import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.workbench.evaluation.trec.RunFileId;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.replay.input.LineReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What production answered, to compare configurations with. Takes about eight bytes of memory for
 * each document answered.
 */
final class LiveResults {
    private final Map<String, Answer> answers = new HashMap<>();

    /** Places in the request, best first, and the scores they were ranked by. */
    private record Answer(int[] indexes, float[] scores) {}

    private long partial;

    private LiveResults() {}

    /** Reads results as the stream writes them; of several for a request the last one counts. */
    static LiveResults read(List<Path> files, List<InputProblem> problems) throws IOException {
        LiveResults live = new LiveResults();
        for (Path file : files) {
            try (LineReader lines = LineReader.open(file)) {
                while (lines.next()) {
                    String fault = lines.fault();
                    if (fault == null && !lines.isBlank()) {
                        fault = live.add(lines.bytes());
                    }
                    if (fault != null) {
                        problems.add(new InputProblem(file.toString(), lines.number(), fault));
                    }
                }
            }
        }
        return live;
    }

    /** How many answers hold only some of their requests' documents. */
    long partial() {
        return partial;
    }

    boolean isEmpty() {
        return answers.isEmpty();
    }

    boolean has(String request) {
        return answers.containsKey(request);
    }

    /** The order that was answered; documents left out follow in their own. */
    CandidateOrder order(String request, List<String> ids) {
        Answer answer = answers.get(request);
        List<Integer> order = new ArrayList<>(ids.size());
        Float[] scores = new Float[ids.size()];
        boolean[] listed = new boolean[ids.size()];
        if (answer != null) {
            for (int i = 0; i < answer.indexes().length; i++) {
                int index = answer.indexes()[i];
                if (index < ids.size() && !listed[index]) {
                    listed[index] = true;
                    order.add(index);
                    float score = answer.scores()[i];
                    scores[index] = Float.isNaN(score) ? null : score;
                }
            }
        }
        for (int i = 0; i < listed.length; i++) {
            if (!listed[i]) {
                order.add(i);
            }
        }
        return new CandidateOrder(List.copyOf(order), Arrays.asList(scores), ids);
    }

    /** Adds a result; says what is wrong with it, or null. */
    private @Nullable String add(byte[] line) {
        try {
            RankedResult result = ResultCodec.decode(line);
            if (result.requestId() == null || result.results() == null) {
                return "not a result: request_id or results is missing";
            }
            int[] indexes = new int[result.results().size()];
            float[] scores = new float[indexes.length];
            for (int i = 0; i < indexes.length; i++) {
                RankedDocument document = result.results().get(i);
                indexes[i] = document.index();
                // Those of a cascade are on the scales of several stages.
                scores[i] =
                        document.relevanceScore() == null || document.stage() != null
                                ? Float.NaN
                                : document.relevanceScore();
            }
            answers.put(RunFileId.of(result.requestId()), new Answer(indexes, scores));
            partial += result.meta() != null && result.meta().documents() > indexes.length ? 1 : 0;
            return null;
        } catch (IOException | RuntimeException e) {
            return "not a result: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
    }
}
