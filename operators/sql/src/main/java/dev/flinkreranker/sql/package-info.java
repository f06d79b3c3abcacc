/**
 * Reranking in Flink SQL: the model provider {@code reranker} for {@code ML_PREDICT}, and the
 * functions {@link dev.flinkreranker.sql.Rerank} and {@link dev.flinkreranker.sql.RerankTable}. All
 * of them hand rows to the process's engine, which batches across rows, slots and jobs.
 */
@NullMarked
package dev.flinkreranker.sql;

import org.jspecify.annotations.NullMarked;
