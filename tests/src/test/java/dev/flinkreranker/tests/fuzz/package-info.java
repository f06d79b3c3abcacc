/**
 * Hostile input: mutated events, configurations and checkpoints. A parser answers with its own
 * exception or not at all, and every event of the job becomes one record. {@code tests/fuzz} runs
 * the long form.
 */
package dev.flinkreranker.tests.fuzz;
