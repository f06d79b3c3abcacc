/** Whole-system tests: architecture, parity, the job on a real broker, faults. */
package dev.flinkreranker.tests;
