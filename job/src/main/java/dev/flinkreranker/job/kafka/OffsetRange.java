package dev.flinkreranker.job.kafka;

/**
 * Offsets of a partition.
 *
 * @param from the first
 * @param to the first beyond
 */
public record OffsetRange(long from, long to) {}
