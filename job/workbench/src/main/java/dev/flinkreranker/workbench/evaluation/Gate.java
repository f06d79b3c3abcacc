package dev.flinkreranker.workbench.evaluation;

import dev.flinkreranker.workbench.evaluation.measure.Measure;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition under which a run of a command fails, such as {@code ndcg@10 < 0.7}.
 *
 * @param figure name of the figure, as printed
 * @param comparison how the figure is compared
 * @param threshold what it is compared with
 */
public record Gate(String figure, Comparison comparison, double threshold) {

    private static final Pattern TEXT =
            Pattern.compile(
                    "\\s*([A-Za-z][A-Za-z0-9_@.()=]*?)\\s*(<=|>=|<|>)\\s*([-+]?[0-9]*\\.?[0-9]+)\\s*");

    /** What stands behind a measure's name where two runs are compared. */
    private static final Pattern PART = Pattern.compile("(.*?)(\\.(?:low|high|p|a|b))?");

    /** The comparisons a gate knows. */
    public enum Comparison {
        BELOW("<"),
        AT_MOST("<="),
        ABOVE(">"),
        AT_LEAST(">=");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }
    }

    /**
     * Reads {@code FIGURE < NUMBER}; the signs are {@code <}, {@code <=}, {@code >}, {@code >=}.
     *
     * @throws IllegalArgumentException when the text is not of that form
     */
    public static Gate parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not of the form FIGURE < NUMBER, as in 'ndcg@10 < 0.7'");
        }
        for (Comparison comparison : Comparison.values()) {
            if (comparison.sign.equals(matcher.group(2))) {
                return new Gate(matcher.group(1), comparison, Double.parseDouble(matcher.group(3)));
            }
        }
        throw new IllegalStateException("the pattern knows a sign more than the comparisons");
    }

    /**
     * The same with the figure's name as it is printed, where it is written as another tool does.
     *
     * @param level relevance level of a measure that does not say its own
     */
    public Gate in(Map<String, Double> figures, int level) {
        Matcher parts = PART.matcher(figure);
        if (figures.containsKey(figure) || !parts.matches()) {
            return this;
        }
        String part = parts.group(2) == null ? "" : parts.group(2);
        try {
            Measure measure = Measure.parse(parts.group(1)).orLevel(level);
            return new Gate(measure + part, comparison, threshold);
        } catch (IllegalArgumentException e) {
            // No measure: a figure of its own, or a wrong name, which trips() tells.
            return this;
        }
    }

    /**
     * Whether the condition holds, that is, whether the command must fail. A figure that is not a
     * number fails too: what cannot be shown to be well is not.
     *
     * @throws IllegalArgumentException with the known names, when the figure is not among them
     */
    public boolean trips(Map<String, Double> figures) {
        Double value = figures.get(figure);
        if (value == null) {
            throw new IllegalArgumentException(
                    "no figure " + figure + "; there are " + String.join(", ", figures.keySet()));
        }
        return switch (comparison) {
            case BELOW -> !(value >= threshold);
            case AT_MOST -> !(value > threshold);
            case ABOVE -> !(value <= threshold);
            case AT_LEAST -> !(value < threshold);
        };
    }

    /** The condition as {@link #parse} reads it. */
    @Override
    public String toString() {
        return figure + " " + comparison.sign + " " + threshold;
    }
}
