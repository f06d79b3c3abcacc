/** What becomes of an event that gets no result: its bytes, and why. */
package dev.flinkreranker.operators.deadletter;
