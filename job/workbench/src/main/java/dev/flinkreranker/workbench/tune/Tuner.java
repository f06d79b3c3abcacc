package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.workbench.evaluation.comparison.PairedDeltas;
import dev.flinkreranker.workbench.evaluation.comparison.QualityComparison;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.report.TuningData.HeldOut;
import dev.flinkreranker.workbench.report.TuningData.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds cascades by the trials, and tells what to expect of them elsewhere. */
final class Tuner {
    private static final String BOTH = "each half by the other";

    private final SearchSpace space;
    private final Aim aim;
    private final Trials trials;
    private final Trials.Sums all;
    private final int full;
    private final Rankings rankings;
    private final long seed;

    /**
     * @param full the cascade that others are held against; one of the trials'
     * @param seed of the bootstrap
     */
    Tuner(SearchSpace space, Aim aim, Trials trials, Cascade full, Rankings rankings, long seed) {
        this.space = space;
        this.aim = aim;
        this.trials = trials;
        this.all = trials.both();
        this.full = trials.cascades().indexOf(full);
        this.rankings = rankings;
        this.seed = seed;
    }

    /**
     * What is found on all requests.
     *
     * @throws IllegalArgumentException when nothing is cheap enough
     */
    Cascade chosen() {
        return trials.cascades().get(pick(aim, all).orElseThrow(this::tooDear));
    }

    private IllegalArgumentException tooDear() {
        double least =
                IntStream.range(0, all.flops().length).mapToDouble(this::share).min().orElse(1);
        return new IllegalArgumentException(
                String.format(
                        Locale.ROOT,
                        "--budget is below the cheapest that was tried, which takes %.4f of the"
                                + " operations",
                        least));
    }

    private double share(int cascade) {
        return all.flops()[cascade] / all.flops()[full];
    }

    private Optional<Integer> pick(Aim wanted, Trials.Sums sums) {
        return wanted.pick(sums, full);
    }

    /** All candidates through the whole model. */
    Point full() {
        return point(full);
    }

    Point point(Cascade cascade) {
        return point(trials.cascades().indexOf(cascade));
    }

    private Point point(int cascade) {
        return new Point(
                trials.cascades().get(cascade).toString(),
                share(cascade),
                all.flops()[cascade] / all.requests(),
                all.mean(cascade));
    }

    /** All candidates through each depth, the model's score alone. */
    List<Point> depths() {
        return space.layers().stream()
                .map(layer -> new Stage(layer, Blend.none(), Stage.ALL))
                .map(stage -> point(new Cascade(Stage.ALL, List.of(stage))))
                .toList();
    }

    /** Those that nothing cheaper is better than, the cheapest first. */
    List<Integer> frontier() {
        List<Integer> frontier = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        for (int cascade : byCost()) {
            if (all.mean(cascade) > best + Aim.ROUNDING) {
                best = all.mean(cascade);
                frontier.add(cascade);
            }
        }
        return frontier;
    }

    private List<Integer> byCost() {
        return IntStream.range(0, trials.cascades().size())
                .boxed()
                .sorted(
                        Comparator.<Integer>comparingDouble(i -> all.flops()[i])
                                .thenComparingDouble(i -> -all.mean(i)))
                .toList();
    }

    List<Point> points(List<Integer> cascades) {
        return cascades.stream().map(this::point).toList();
    }

    /** For the cost of each of some cascades, the best that one half names, on the other half. */
    List<Point> heldOut(List<Integer> cascades) {
        List<Point> points = new ArrayList<>();
        for (int cascade : cascades) {
            Aim budget = new Aim.Budget(share(cascade));
            double value = 0;
            double flops = 0;
            boolean found = true;
            for (Half half : Half.values()) {
                Optional<Integer> picked = pick(budget, trials.halves().get(half));
                found &= picked.isPresent();
                if (picked.isPresent()) {
                    Trials.Sums others = trials.halves().get(half.other());
                    value += others.values()[picked.get()];
                    flops += others.flops()[picked.get()];
                }
            }
            Point point =
                    new Point(
                            String.format(Locale.ROOT, "at most %.1f %%", 100 * share(cascade)),
                            flops / all.flops()[full],
                            flops / all.requests(),
                            value / all.requests());
            if (found && (points.isEmpty() || isOther(point, points.get(points.size() - 1)))) {
                points.add(point);
            }
        }
        return points;
    }

    private static boolean isOther(Point a, Point b) {
        return a.share() != b.share() || a.mean() != b.mean();
    }

    /**
     * What each half finds, measured on the other, and both together.
     *
     * @throws IllegalArgumentException when nothing is cheap enough
     */
    List<HeldOut> heldOut() {
        List<HeldOut> all = new ArrayList<>();
        Cascade byA = cascade(Half.A);
        Cascade byB = cascade(Half.B);
        all.add(heldOut("A", "B", byA.toString(), Map.of(Half.B, byA)));
        all.add(heldOut("B", "A", byB.toString(), Map.of(Half.A, byB)));
        all.add(heldOut("A, B", "B, A", BOTH, Map.of(Half.A, byB, Half.B, byA)));
        return all;
    }

    private Cascade cascade(Half half) {
        return trials.cascades()
                .get(pick(aim, trials.halves().get(half)).orElseThrow(this::tooDear));
    }

    private HeldOut heldOut(
            String tunedOn, String measuredOn, String stages, Map<Half, Cascade> by) {
        QualityComparison comparison = comparison(by);
        Measure measure = rankings.measure();
        PairedDeltas deltas = comparison.deltas().get(measure);
        double flops = 0;
        double fullFlops = 0;
        for (Map.Entry<Half, Cascade> one : by.entrySet()) {
            Trials.Sums sums = trials.halves().get(one.getKey());
            flops += sums.flops()[trials.cascades().indexOf(one.getValue())];
            fullFlops += sums.flops()[full];
        }
        return new HeldOut(
                tunedOn,
                measuredOn,
                stages,
                comparison.queries(),
                flops / fullFlops,
                comparison.meanB().get(measure),
                comparison.meanA().get(measure),
                deltas.mean(),
                deltas.low(),
                deltas.high(),
                Double.isNaN(deltas.pValue()) ? null : deltas.pValue());
    }

    private QualityComparison comparison(Map<Half, Cascade> by) {
        Map<Half, Cascade> against = new EnumMap<>(Half.class);
        by.keySet().forEach(half -> against.put(half, trials.cascades().get(full)));
        return QualityComparison.of(rankings.evaluation(against), rankings.evaluation(by), seed);
    }
}
