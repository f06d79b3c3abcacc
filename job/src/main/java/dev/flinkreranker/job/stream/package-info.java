/** The streaming job, wired to Kafka. */
@NullMarked
package dev.flinkreranker.job.stream;

import org.jspecify.annotations.NullMarked;
