/** What a replay found, written to Kafka exactly once. Knows neither Flink nor models. */
package dev.flinkreranker.workbench.replay.publication;
