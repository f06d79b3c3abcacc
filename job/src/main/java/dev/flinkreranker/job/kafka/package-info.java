/** What the job and the tools beside it share of Kafka: reading to an end, fenced transactions. */
package dev.flinkreranker.job.kafka;
