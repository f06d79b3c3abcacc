package dev.flinkreranker.job.deadletter;

import java.util.Comparator;

/**
 * Where a letter lies among the dead letters. Written {@code PARTITION:OFFSET}.
 *
 * @param partition its partition
 * @param offset its offset
 */
record LetterId(int partition, long offset) implements Comparable<LetterId> {

    private static final String FORM = "[0-9]{1,9}:[0-9]{1,18}";
    private static final Comparator<LetterId> ORDER =
            Comparator.comparingInt(LetterId::partition).thenComparingLong(LetterId::offset);

    static boolean isOne(String text) {
        return text.matches(FORM);
    }

    /**
     * @throws IllegalArgumentException if it is none
     */
    static LetterId parse(String text) {
        if (!isOne(text)) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no letter: it must be PARTITION:OFFSET, such as 0:12");
        }
        int colon = text.indexOf(':');
        return new LetterId(
                Integer.parseInt(text.substring(0, colon)),
                Long.parseLong(text.substring(colon + 1)));
    }

    @Override
    public int compareTo(LetterId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return partition + ":" + offset;
    }
}
