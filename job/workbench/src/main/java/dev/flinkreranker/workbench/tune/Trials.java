package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.terminal.Progress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Every cascade on every judged request, as sums over each half of the requests.
 *
 * @param cascades what was tried
 * @param halves the sums
 */
record Trials(List<Cascade> cascades, Map<Half, Sums> halves) {
    /** Requests whose figures are held at once, so that memory does not grow with their number. */
    private static final int AT_ONCE = 32;

    /**
     * Sums over the requests of a half.
     *
     * @param requests how many there are
     * @param values of the measure, by cascade
     * @param flops operations, by cascade
     */
    record Sums(int requests, double[] values, double[] flops) {

        /** Of both. */
        Sums plus(Sums other) {
            return new Sums(
                    requests + other.requests,
                    IntStream.range(0, values.length)
                            .mapToDouble(i -> values[i] + other.values[i])
                            .toArray(),
                    IntStream.range(0, flops.length)
                            .mapToDouble(i -> flops[i] + other.flops[i])
                            .toArray());
        }

        /** The mean of the measure under a cascade. */
        double mean(int cascade) {
            return values[cascade] / requests;
        }
    }

    private record Figures(double[] values, long[] flops) {}

    /**
     * Tries them all.
     *
     * @param byFirstStage as of {@link Simulation}
     */
    static Trials run(
            List<JudgedRequest> requests,
            List<Cascade> cascades,
            Measure measure,
            boolean byFirstStage) {
        Map<Blend, RerankSettings> settings = settings(cascades);
        Map<Half, Sums> halves = new EnumMap<>(Half.class);
        try (Progress progress = Progress.start("tune", " requests", requests.size())) {
            for (int from = 0; from < requests.size(); from += AT_ONCE) {
                List<JudgedRequest> some =
                        requests.subList(from, Math.min(from + AT_ONCE, requests.size()));
                List<Figures> figures =
                        some.parallelStream()
                                .map(
                                        request ->
                                                figures(
                                                        new Simulation(
                                                                request, settings, byFirstStage),
                                                        request,
                                                        cascades,
                                                        measure))
                                .toList();
                // One after the other, so that sums do not depend on how many threads there are.
                for (int i = 0; i < some.size(); i++) {
                    halves.merge(Half.of(some.get(i).id()), sums(figures.get(i)), Sums::plus);
                }
                progress.done(from + some.size());
            }
        }
        return new Trials(cascades, halves);
    }

    /** Over both halves. */
    Sums both() {
        return halves.get(Half.A).plus(halves.get(Half.B));
    }

    /** Settings for each blend that cascades name. */
    static Map<Blend, RerankSettings> settings(List<Cascade> cascades) {
        Map<Blend, RerankSettings> settings = new HashMap<>();
        for (Cascade cascade : cascades) {
            for (Stage stage : cascade.stages()) {
                settings.computeIfAbsent(stage.blend(), Blend::settings);
            }
        }
        return settings;
    }

    private static Figures figures(
            Simulation simulation, JudgedRequest request, List<Cascade> cascades, Measure measure) {
        double[] values = new double[cascades.size()];
        long[] flops = new long[cascades.size()];
        for (int i = 0; i < values.length; i++) {
            Simulation.Ranked ranked = simulation.rank(cascades.get(i));
            values[i] = request.value(measure, ranked.order());
            flops[i] = ranked.flops();
        }
        return new Figures(values, flops);
    }

    private static Sums sums(Figures figures) {
        return new Sums(
                1,
                figures.values(),
                IntStream.range(0, figures.flops().length)
                        .mapToDouble(i -> figures.flops()[i])
                        .toArray());
    }
}
