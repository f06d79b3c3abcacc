package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.runtime.engine.PassageScore;
import dev.flinkreranker.workbench.evaluation.trec.Qrels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Judged requests made by formula: the deeper a layer, the nearer its scores are to the grades. */
final class SampleRequests {
    static final List<Integer> LAYERS = List.of(2, 4, 6);

    private SampleRequests() {}

    /** Documents d0, d1 and so on; each costs 10 operations a layer. */
    static JudgedRequest request(
            String id,
            List<@Nullable Double> firstStage,
            int[] grades,
            Map<Integer, List<@Nullable Float>> scores) {
        Map<Integer, JudgedRequest.Depth> depths = new HashMap<>();
        scores.forEach(
                (layer, values) ->
                        depths.put(
                                layer,
                                new JudgedRequest.Depth(
                                        values.stream().map(SampleRequests::score).toList(),
                                        values.stream().mapToLong(value -> 10L * layer).toArray(),
                                        values.stream()
                                                .mapToLong(value -> 10L * (layer - 1))
                                                .toArray())));
        return new JudgedRequest(
                id,
                IntStream.range(0, grades.length).mapToObj(i -> "d" + i).toList(),
                firstStage.stream().map(score -> new Candidate(null, "", score, null)).toList(),
                grades,
                IntStream.of(grades).filter(grade -> grade > 0).toArray(),
                depths);
    }

    /** So many requests of 20 documents, two of them relevant. */
    static List<JudgedRequest> many(int count) {
        List<JudgedRequest> requests = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < count; i++) {
            int[] grades = new int[20];
            grades[random.nextInt(10)] = 1;
            grades[10 + random.nextInt(10)] = 1;
            Map<Integer, List<@Nullable Float>> scores = new HashMap<>();
            for (int layer : LAYERS) {
                List<@Nullable Float> values = new ArrayList<>();
                for (int grade : grades) {
                    values.add((float) (grade * layer / 2.0 + random.nextGaussian()));
                }
                scores.put(layer, values);
            }
            requests.add(
                    request(
                            "q" + i,
                            IntStream.range(0, 20).mapToObj(d -> 20.0 - d).toList(),
                            grades,
                            scores));
        }
        return requests;
    }

    /** The judgments of requests. */
    static Qrels qrels(List<JudgedRequest> requests) {
        Map<String, Map<String, Integer>> judgments = new HashMap<>();
        for (JudgedRequest request : requests) {
            Map<String, Integer> grades = new HashMap<>();
            for (int i = 0; i < request.grades().length; i++) {
                grades.put(request.ids().get(i), request.grades()[i]);
            }
            judgments.put(request.id(), grades);
        }
        return new Qrels(judgments);
    }

    private static PassageScore score(@Nullable Float score) {
        return score == null
                ? new PassageScore.Unscorable("too long")
                : new PassageScore.Logits(List.of(score));
    }
}
