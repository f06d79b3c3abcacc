/**
 * The demo: a real Kafka broker and a local Flink cluster in one process, fed with a real data set.
 *
 * <p>It runs the same stream job as production; only the broker's and the cluster's size differ.
 */
@NullMarked
package dev.flinkreranker.workbench.demo;

import org.jspecify.annotations.NullMarked;
