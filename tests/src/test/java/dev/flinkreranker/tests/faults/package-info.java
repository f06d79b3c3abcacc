/**
 * Exactly once, shown under faults: a job on real processes that are killed, frozen, stopped and
 * rescaled while requests go through it. {@code tests/faults} runs it.
 */
package dev.flinkreranker.tests.faults;
