package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.runtime.engine.RerankEngine;
import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/** Gives each parallel instance of the rerank operator its handle on an engine. */
@FunctionalInterface
@Internal
public interface EngineFactory extends Serializable {

    /** A handle; whoever gets it closes it. */
    RerankEngine open();
}
