/**
 * The configuration of a job: its YAML file, read and checked, and what Kafka's clients get of it.
 */
package dev.flinkreranker.job.config;
