/** What becomes of an event that gets no result: its bytes, and why. */
@NullMarked
package dev.flinkreranker.operators.deadletter;

import org.jspecify.annotations.NullMarked;
