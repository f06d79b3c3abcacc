/** What a replay found, written to Kafka exactly once. Knows neither Flink nor models. */
@NullMarked
package dev.flinkreranker.workbench.replay.publication;

import org.jspecify.annotations.NullMarked;
