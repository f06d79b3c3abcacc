package dev.flinkreranker.operators.rerank;

import org.apache.flink.annotation.Internal;

/**
 * What tells operators of the same kind apart in one job. Metrics go by their names, state by their
 * uids.
 *
 * @param namePrefix stands before every name
 * @param uidPrefix stands before every uid
 */
@Internal
public record OperatorNames(String namePrefix, String uidPrefix) {

    /** An operator's name. */
    public String name(String operator) {
        return namePrefix + operator;
    }

    /** An operator's uid. */
    public String uid(String operator) {
        return uidPrefix + operator;
    }
}
