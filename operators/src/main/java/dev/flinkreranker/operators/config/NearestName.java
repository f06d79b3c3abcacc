package dev.flinkreranker.operators.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/** Guesses which name was meant, for a message. */
@Internal
public final class NearestName {

    private NearestName() {}

    /**
     * The name with the smallest edit distance, if it is close: at most a third of the letters
     * differ, or two.
     */
    public static Optional<String> of(String name, Collection<String> names) {
        int limit = Math.max(2, name.length() / 3);
        return names.stream()
                .filter(candidate -> distance(name, candidate) <= limit)
                .min(
                        Comparator.comparingInt((String candidate) -> distance(name, candidate))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** The end of a message: {@code ; did you mean x?}, or nothing. */
    public static String hint(String name, Collection<String> names) {
        return of(name, names).map(near -> "; did you mean " + near + "?").orElse("");
    }

    /** Levenshtein's distance, by rows. */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(above[j - 1] + change, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
