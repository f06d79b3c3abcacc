package dev.flinkreranker.tests.faults;

import java.util.List;
import java.util.Locale;

/**
 * How long the quiet tenants waited for their answers.
 *
 * @param requests how many there were
 * @param betweenFaults 95th percentile of those that no fault touched, in seconds; NaN for none
 * @param all 95th percentile of all, in seconds; NaN for none
 */
record QuietLatency(int requests, double betweenFaults, double all) {

    /**
     * The time of a fault, until the job worked again.
     *
     * @param begin by {@link System#nanoTime()}
     * @param end likewise
     */
    record Interval(long begin, long end) {

        boolean touches(QuietTenants.Answer answer) {
            return answer.sent() <= end && begin <= answer.seen();
        }
    }

    static QuietLatency of(List<QuietTenants.Answer> answers, List<Interval> faults) {
        return new QuietLatency(
                answers.size(),
                p95(
                        answers.stream()
                                .filter(a -> faults.stream().noneMatch(f -> f.touches(a)))
                                .toList()),
                p95(answers));
    }

    /** By nearest rank. */
    private static double p95(List<QuietTenants.Answer> answers) {
        double[] seconds =
                answers.stream().mapToDouble(QuietTenants.Answer::seconds).sorted().toArray();
        if (seconds.length == 0) {
            return Double.NaN;
        }
        return seconds[(int) Math.ceil(0.95 * seconds.length) - 1];
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "quiet_requests=%d quiet_p95_s=%.2f quiet_p95_with_faults_s=%.2f",
                requests,
                betweenFaults,
                all);
    }
}
