/** Assembles the operators: {@code RerankPipeline} is what a job attaches to its source. */
@NullMarked
package dev.flinkreranker.operators.pipeline;

import org.jspecify.annotations.NullMarked;
