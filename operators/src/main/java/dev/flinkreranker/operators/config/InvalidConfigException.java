package dev.flinkreranker.operators.config;

import java.io.Serial;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/** A configuration that is refused. Every violation is one line that names the field. */
@PublicEvolving
public class InvalidConfigException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    private final List<String> violations;

    /**
     * @param violations at least one line: which field, which value, what is allowed
     */
    public InvalidConfigException(List<String> violations) {
        super(String.join("; ", violations));
        this.violations = List.copyOf(violations);
    }

    /**
     * @param violation one line: which field, which value, what is allowed
     */
    public InvalidConfigException(String violation) {
        this(List.of(violation));
    }

    /** All of them. */
    public List<String> violations() {
        return violations;
    }
}
