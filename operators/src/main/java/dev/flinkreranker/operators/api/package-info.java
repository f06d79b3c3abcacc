/**
 * The library for DataStream jobs: {@code Reranking} ranks the passages of a stream's elements,
 * {@code Scoring} scores pairs.
 */
@NullMarked
package dev.flinkreranker.operators.api;

import org.jspecify.annotations.NullMarked;
