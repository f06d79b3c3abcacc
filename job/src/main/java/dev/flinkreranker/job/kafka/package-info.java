/** What the job and the tools beside it share of Kafka: reading to an end, fenced transactions. */
@NullMarked
package dev.flinkreranker.job.kafka;

import org.jspecify.annotations.NullMarked;
