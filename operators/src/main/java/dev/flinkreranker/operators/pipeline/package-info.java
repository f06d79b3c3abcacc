/** Assembles the operators: {@code RerankPipeline} is what a job attaches to its source. */
package dev.flinkreranker.operators.pipeline;
