package dev.flinkreranker.operators.pipeline;

/**
 * A way of events through the operators. Metrics go by the operators' names, state by their uids.
 */
enum Lane {
    /** Of the events as they come. */
    MAIN("", ""),
    /** Of the events that were set aside, with operators of its own, so that it may wait. */
    OVERFLOW("overflow ", "overflow-");

    private final String namePrefix;
    private final String uidPrefix;

    Lane(String namePrefix, String uidPrefix) {
        this.namePrefix = namePrefix;
        this.uidPrefix = uidPrefix;
    }

    String name(String operator) {
        return namePrefix + operator;
    }

    String uid(String operator) {
        return uidPrefix + operator;
    }
}
