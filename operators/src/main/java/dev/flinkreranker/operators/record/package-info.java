/** The way of Kafka records through the reranking core: events in, records out. */
@NullMarked
package dev.flinkreranker.operators.record;

import org.jspecify.annotations.NullMarked;
