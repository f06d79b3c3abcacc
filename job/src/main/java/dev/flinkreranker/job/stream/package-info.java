/** The streaming job: its configuration, and its wiring to Kafka. */
package dev.flinkreranker.job.stream;
