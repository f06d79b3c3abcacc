package dev.flinkreranker.workbench.evaluation.comparison;

/**
 * How often something was so, with Wilson's score interval.
 *
 * @param successes how often it was so, 0 to {@code trials}
 * @param trials how often it could have been
 */
public record Proportion(long successes, long trials) {

    /** The 97.5 % quantile of the normal distribution. */
    private static final double Z = 1.959963984540054;

    /** NaN without trials. */
    public double share() {
        return (double) successes / trials;
    }

    /** Lower end of the share's 95 % interval; 0 without trials. */
    public double low() {
        return trials == 0 ? 0 : Math.max(0, center() - half());
    }

    /** Upper end of it; 1 without trials. */
    public double high() {
        return trials == 0 ? 1 : Math.min(1, center() + half());
    }

    private double center() {
        return (successes + Z * Z / 2) / (trials + Z * Z);
    }

    private double half() {
        double n = trials;
        return Z / (n + Z * Z) * Math.sqrt(successes * (n - successes) / n + Z * Z / 4);
    }
}
