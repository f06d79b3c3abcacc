package dev.flinkreranker.runtime.batching;

import org.jspecify.annotations.Nullable;

/**
 * Time of a batch as {@code perBatch + perToken * rows + perSquare * sum(length^2)}, learned from
 * the batches that ran. The linear layers cost by rows ({@link ScoringProfile#rows}: tokens, and
 * what fills them up), attention by squared lengths.
 *
 * <p>An exponentially forgetting least squares fit under the constraint that no coefficient is
 * negative: with three coefficients every set of active ones can be tried. Errors count relative to
 * the size of the batch, so small batches are predicted as well as large ones.
 */
final class CostModel {

    /** Weight of a batch after another one: about the last thirty count, as loads change. */
    private static final double FORGET = 0.97;

    /** As many batches as there are coefficients to tell apart. */
    private static final int TRUSTED_AFTER = 3;

    /** Until then the fit is too uncertain itself to call a batch an outlier. */
    private static final int CLIPPED_AFTER = 8;

    /** Further off than by this factor is a pause, not the speed of the device. */
    private static final double CLIP = 8;

    /** Units that bring the terms of usual batches near 1, where sums of them are exact enough. */
    private static final double TOKEN_UNIT = 1e3;

    private static final double SQUARE_UNIT = 1e6;
    private static final int TERMS = 3;

    private final double[][] moments = new double[TERMS][TERMS];
    private final double[] targets = new double[TERMS];
    private double[] coefficients = new double[TERMS];
    private long observations;

    /** Learns that a batch took that long. Nonsense (not a positive, finite time) is ignored. */
    void observe(long rows, double squares, double seconds) {
        if (!(seconds > 0) || Double.isInfinite(seconds) || rows < 1) {
            return;
        }
        double time = seconds;
        if (observations >= CLIPPED_AFTER) {
            // A pause of the process must not pass for the speed of the device.
            double expected = predict(rows, squares);
            time = Math.min(Math.max(time, expected / CLIP), expected * CLIP);
        }
        double size = rows / TOKEN_UNIT;
        double[] row = {1 / size, 1, squares / SQUARE_UNIT / size};
        for (int i = 0; i < TERMS; i++) {
            for (int j = 0; j < TERMS; j++) {
                moments[i][j] = FORGET * moments[i][j] + row[i] * row[j];
            }
            targets[i] = FORGET * targets[i] + row[i] * time / size;
        }
        observations++;
        coefficients = fit();
    }

    /** Whether enough was seen to rely on {@link #predict}. */
    boolean isTrusted() {
        return observations >= TRUSTED_AFTER;
    }

    /** Expected seconds; 0 before anything was seen. */
    double predict(double rows, double squares) {
        return coefficients[0]
                + coefficients[1] * rows / TOKEN_UNIT
                + coefficients[2] * squares / SQUARE_UNIT;
    }

    /** A pair's part of the expected seconds of a batch of that many tokens. */
    double share(double length, int batchTokens) {
        double square = length * length;
        return coefficients[0] * Math.min(1, length / batchTokens)
                + predict(length, square)
                - coefficients[0];
    }

    /** The fit as it stands. */
    BatchCost cost() {
        return new BatchCost(
                coefficients[0],
                coefficients[1] / TOKEN_UNIT,
                coefficients[2] / SQUARE_UNIT,
                observations);
    }

    private double[] fit() {
        double[] best = new double[TERMS];
        double bestError = 0;
        for (int active = 1; active < 1 << TERMS; active++) {
            double @Nullable [] solution = solve(active);
            if (solution == null) {
                continue;
            }
            double error = error(solution);
            if (error < bestError) {
                bestError = error;
                best = solution;
            }
        }
        return best;
    }

    /** Squared error up to the constant sum of squared times; 0 for all-zero coefficients. */
    private double error(double[] solution) {
        double error = 0;
        for (int i = 0; i < TERMS; i++) {
            error -= 2 * solution[i] * targets[i];
            for (int j = 0; j < TERMS; j++) {
                error += solution[i] * moments[i][j] * solution[j];
            }
        }
        return error;
    }

    /** Least squares over the active terms; null unless all are finite and not negative. */
    private double @Nullable [] solve(int active) {
        double[][] a = new double[TERMS][];
        double[] b = new double[TERMS];
        for (int i = 0; i < TERMS; i++) {
            a[i] = new double[TERMS];
            if ((active >> i & 1) == 0) {
                a[i][i] = 1;
                continue;
            }
            b[i] = targets[i];
            for (int j = 0; j < TERMS; j++) {
                a[i][j] = (active >> j & 1) == 0 ? 0 : moments[i][j];
            }
            // Keeps equal batches, which cannot tell the terms apart, solvable.
            a[i][i] *= 1 + 1e-9;
        }
        for (int pivot = 0; pivot < TERMS; pivot++) {
            for (int row = pivot + 1; row < TERMS; row++) {
                double factor = a[row][pivot] / a[pivot][pivot];
                for (int column = pivot; column < TERMS; column++) {
                    a[row][column] -= factor * a[pivot][column];
                }
                b[row] -= factor * b[pivot];
            }
        }
        double[] solution = new double[TERMS];
        for (int row = TERMS - 1; row >= 0; row--) {
            double value = b[row];
            for (int column = row + 1; column < TERMS; column++) {
                value -= a[row][column] * solution[column];
            }
            value /= a[row][row];
            if (!(value >= 0) || Double.isInfinite(value)) {
                return null;
            }
            solution[row] = value;
        }
        return solution;
    }
}
