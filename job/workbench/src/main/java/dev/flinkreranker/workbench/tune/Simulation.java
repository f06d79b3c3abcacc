package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.result.RankingScores;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.runtime.engine.PassageScore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What cascades make of one request, by the stream's own rules, from scores that are there already.
 * A deeper stage goes on from the states of the one before, as the stream does.
 */
public final class Simulation {
    private final JudgedRequest request;
    private final Map<Blend, RerankSettings> settings;
    private final int[] line;
    private final Map<List<Object>, Pass> firsts = new HashMap<>();

    /**
     * A ranking and what it took.
     *
     * @param order candidates, best first
     * @param flops operations of all pairs that were scored
     * @param finishers how many of them, from the front, the last stage had
     * @param complete whether every stage gave a score to each of those that it had
     */
    public record Ranked(int[] order, long flops, int finishers, boolean complete) {}

    /**
     * One stage.
     *
     * @param order those that took part, best first; those without a score last
     * @param scored how many of them have a score
     * @param flops of all of them
     */
    private record Pass(int[] order, int scored, long flops) {}

    /**
     * @param settings of every blend that will be asked for
     * @param byFirstStage whether the first candidates are those that the first stage scored
     *     highest, and not those that stand first in the request
     */
    Simulation(JudgedRequest request, Map<Blend, RerankSettings> settings, boolean byFirstStage) {
        this.request = request;
        this.settings = settings;
        this.line = byFirstStage ? request.byFirstStage() : request.given().toArray();
    }

    /**
     * Ranks by a cascade: survivors in the last stage's order, then those that were cut, the latest
     * stage's first, in the order of the stage that cut them, then those that never took part, in
     * the request's order.
     */
    Ranked rank(Cascade cascade) {
        int[] there = Arrays.copyOf(line, Math.min(line.length, cascade.candidates()));
        Arrays.sort(there);
        Deque<int[]> parts = new ArrayDeque<>();
        parts.push(others(there));
        long flops = 0;
        boolean complete = true;
        Stage before = null;
        for (Stage stage : cascade.stages()) {
            Pass pass = before == null ? first(cascade, there) : pass(there, stage);
            flops += pass.flops() - shared(there, before, stage);
            before = stage;
            complete &= pass.scored() == pass.order().length;
            int kept =
                    stage.keep() == Stage.ALL
                            ? pass.order().length
                            : Math.min(stage.keep(), pass.scored());
            parts.push(Arrays.copyOfRange(pass.order(), kept, pass.order().length));
            there = Arrays.copyOf(pass.order(), kept);
            if (stage.keep() != Stage.ALL) {
                Arrays.sort(there);
            }
        }
        parts.push(there);
        return new Ranked(
                parts.stream().flatMapToInt(Arrays::stream).toArray(),
                flops,
                there.length,
                complete);
    }

    /** Many cascades begin alike. */
    private Pass first(Cascade cascade, int[] there) {
        Stage stage = cascade.stages().get(0);
        return firsts.computeIfAbsent(
                List.of(cascade.candidates(), stage.layer(), stage.blend()),
                key -> pass(there, stage));
    }

    private Pass pass(int[] there, Stage stage) {
        JudgedRequest.Depth depth = request.depths().get(stage.layer());
        List<Candidate> candidates = new ArrayList<>(there.length);
        List<PassageScore> scores = new ArrayList<>(there.length);
        long flops = 0;
        for (int candidate : there) {
            candidates.add(request.candidates().get(candidate));
            scores.add(depth.scores().get(candidate));
            flops += depth.flops()[candidate];
        }
        List<Float> ranking = RankingScores.of(candidates, settings.get(stage.blend()), scores);
        int[] order =
                IntStream.range(0, there.length)
                        .boxed()
                        .sorted(
                                Comparator.comparing(
                                        ranking::get,
                                        Comparator.nullsLast(Comparator.reverseOrder())))
                        .mapToInt(i -> there[i])
                        .toArray();
        int scored = (int) ranking.stream().filter(score -> score != null).count();
        return new Pass(order, scored, flops);
    }

    /** What a stage does not repeat of the one before. */
    private long shared(int[] there, @Nullable Stage before, Stage stage) {
        if (before == null || before.layer() >= stage.layer()) {
            return 0;
        }
        long[] shared = request.depths().get(before.layer()).shared();
        return Arrays.stream(there).mapToLong(candidate -> shared[candidate]).sum();
    }

    private int[] others(int[] there) {
        Set<Integer> taken = new HashSet<>();
        Arrays.stream(there).forEach(taken::add);
        return request.given().filter(i -> !taken.contains(i)).toArray();
    }
}
