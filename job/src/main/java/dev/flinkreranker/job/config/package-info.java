/**
 * The configuration of a job: its YAML file, read and checked, and what Kafka's clients get of it.
 */
@NullMarked
package dev.flinkreranker.job.config;

import org.jspecify.annotations.NullMarked;
