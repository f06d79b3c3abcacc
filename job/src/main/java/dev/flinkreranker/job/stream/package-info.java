/** The streaming job, wired to Kafka. */
package dev.flinkreranker.job.stream;
