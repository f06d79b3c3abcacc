package dev.flinkreranker.workbench.evaluation;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Figures with four decimals, rounded as C's {@code printf("%.4f")} does: from the exact binary
 * value, half to even. Java's own format rounds the shortest decimal text and differs from
 * trec_eval in the last digit now and then.
 */
public final class FourDigits {

    private FourDigits() {}

    /** For example {@code 0.6634}; {@code NaN} for what is not a number. */
    public static String format(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        return new BigDecimal(value).setScale(4, RoundingMode.HALF_EVEN).toPlainString();
    }
}
