package dev.flinkreranker.runtime.batching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Devices of known cost, served from a {@link PairQueue} in simulated time: no threads, no real
 * clock, the same result in every run.
 */
final class Simulation {

    /** A batch that ran, with the simulated nanoseconds at which it started and ended. */
    record Ran(Batch<Integer, Long> batch, int device, long start, long end) {}

    private record Arrival(long time, QueuedPair<Integer, Long> pair) {}

    private final PairQueue<Integer, Long> queue;
    private final Ran[] running;
    private final double perBatch;
    private final double perToken;
    private final double perSquare;
    private final Map<ScoringProfile<Integer, Long>, Double> times = new HashMap<>();
    private final List<Arrival> arrivals = new ArrayList<>();
    private final List<Ran> ran = new ArrayList<>();
    private final List<QueuedPair<Integer, Long>> dropped = new ArrayList<>();
    private final Map<PairGroup<Integer, Long>, Forecast> forecasts = new IdentityHashMap<>();

    /**
     * What was predicted of a request before its pairs were added, and what came of it.
     *
     * @param at when, in simulated nanoseconds
     * @param seconds from then until its last score, predicted
     * @param seen likewise, as it was
     */
    record Forecast(long at, double seconds, double seen) {}

    /** A device that takes that many seconds per batch, token and squared token. */
    Simulation(BatchSettings settings, double perBatch, double perToken, double perSquare) {
        this(1, settings, perBatch, perToken, perSquare);
    }

    /** So many devices, each of which takes as long. */
    Simulation(
            int devices,
            BatchSettings settings,
            double perBatch,
            double perToken,
            double perSquare) {
        this.running = new Ran[devices];
        this.queue = new PairQueue<>(settings);
        this.perBatch = perBatch;
        this.perToken = perToken;
        this.perSquare = perSquare;
    }

    /** Batches of this profile take so many times as long. */
    Simulation slow(ScoringProfile<Integer, Long> profile, double factor) {
        times.put(profile, factor);
        return this;
    }

    void arrive(long time, QueuedPair<Integer, Long> pair) {
        arrivals.add(new Arrival(time, pair));
    }

    /** Runs until everything that arrives up to the end has been served, or time is over. */
    Simulation run(long until) {
        arrivals.sort(Comparator.comparingLong(Arrival::time));
        int next = 0;
        long now = 0;
        while (now < until) {
            while (next < arrivals.size() && arrivals.get(next).time() <= now) {
                predict(arrivals.get(next).pair().group(), next, now);
                queue.add(arrivals.get(next).pair(), arrivals.get(next).time());
                next++;
            }
            boolean idle = false;
            for (int device = 0; device < running.length; device++) {
                idle |= running[device] == null && !start(device, now);
            }
            long event =
                    idle && next < arrivals.size() ? arrivals.get(next).time() : Long.MAX_VALUE;
            for (Ran batch : running) {
                event = batch == null ? event : Math.min(event, batch.end());
            }
            if (event == Long.MAX_VALUE) {
                break;
            }
            now = event;
            for (int device = 0; device < running.length; device++) {
                if (running[device] != null && running[device].end() <= now) {
                    end(device);
                }
            }
        }
        return this;
    }

    /** Returns whether there was a batch. */
    private boolean start(int device, long now) {
        Batch<Integer, Long> batch = queue.next(now);
        dropped.addAll(queue.takeDropped());
        if (batch == null) {
            return false;
        }
        double seconds =
                times.getOrDefault(batch.profile(), 1.0)
                        * (perBatch + perToken * batch.tokens() + perSquare * batch.squares());
        running[device] = new Ran(batch, device, now, now + (long) (seconds * 1e9));
        return true;
    }

    private void end(int device) {
        Ran batch = running[device];
        running[device] = null;
        queue.ran(device, batch.batch(), (batch.end() - batch.start()) / 1e9, batch.end());
        ran.add(batch);
        batch.batch().pairs().forEach(pair -> see(pair.group(), batch.end()));
    }

    private void predict(PairGroup<Integer, Long> group, int first, long now) {
        if (forecasts.containsKey(group)) {
            return;
        }
        int pairs = 0;
        long tokens = 0;
        for (int i = first; i < arrivals.size() && arrivals.get(i).pair().group() == group; i++) {
            pairs++;
            tokens += arrivals.get(i).pair().length();
        }
        OptionalDouble seconds =
                queue.secondsUntil(
                        group.tenant(),
                        group.weight(),
                        List.of(new Demand<>(group.profile(), pairs, tokens)),
                        now,
                        Arrays.stream(running)
                                .mapToDouble(batch -> batch == null ? 0 : (batch.end() - now) / 1e9)
                                .toArray());
        forecasts.put(group, new Forecast(now, seconds.orElse(Double.NaN), 0));
    }

    private void see(PairGroup<Integer, Long> group, long end) {
        forecasts.computeIfPresent(
                group, (g, f) -> new Forecast(f.at(), f.seconds(), (end - f.at()) / 1e9));
    }

    /** Of the requests of a tenant that were predicted, in the order of their coming. */
    List<Forecast> forecasts(String tenant) {
        return forecasts.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant))
                .map(Map.Entry::getValue)
                .filter(forecast -> !Double.isNaN(forecast.seconds()) && forecast.seen() > 0)
                .sorted(Comparator.comparingLong(Forecast::at))
                .toList();
    }

    List<Ran> ran() {
        return ran;
    }

    List<QueuedPair<Integer, Long>> dropped() {
        return dropped;
    }

    PairQueue<Integer, Long> queue() {
        return queue;
    }

    /** Tokens served to tenants with that prefix. */
    long tokens(String tenant) {
        return ran.stream()
                .flatMap(r -> r.batch().pairs().stream())
                .filter(p -> p.group().tenant().startsWith(tenant))
                .mapToLong(QueuedPair::length)
                .sum();
    }

    /** Seconds that devices worked for a tenant, by its part of each batch's tokens. */
    double seconds(String tenant) {
        double nanos = 0;
        for (Ran r : ran) {
            for (QueuedPair<Integer, Long> pair : r.batch().pairs()) {
                if (pair.group().tenant().equals(tenant)) {
                    nanos += (r.end() - r.start()) * pair.length() / (double) r.batch().tokens();
                }
            }
        }
        return nanos / 1e9;
    }

    /** Queue waits in nanoseconds, ascending, of pairs of tenants with that prefix. */
    List<Long> waits(String tenantPrefix) {
        List<Long> waits = new ArrayList<>();
        for (Ran r : ran) {
            for (QueuedPair<Integer, Long> pair : r.batch().pairs()) {
                if (pair.group().tenant().startsWith(tenantPrefix)) {
                    waits.add(r.start() - pair.arrival());
                }
            }
        }
        waits.sort(Comparator.naturalOrder());
        return waits;
    }

    /** When requests of tenants with that prefix had their last score, in seconds, ascending. */
    List<Double> ends(String tenantPrefix) {
        Map<PairGroup<Integer, Long>, Double> ends = new IdentityHashMap<>();
        for (Ran r : ran) {
            for (QueuedPair<Integer, Long> pair : r.batch().pairs()) {
                if (pair.group().tenant().startsWith(tenantPrefix)) {
                    ends.merge(pair.group(), r.end() / 1e9, Math::max);
                }
            }
        }
        return ends.values().stream().sorted().toList();
    }

    /** The wait below which 99 of 100 pairs stay. */
    static long p99(List<Long> ascending) {
        return ascending.get((int) (ascending.size() * 0.99));
    }
}
