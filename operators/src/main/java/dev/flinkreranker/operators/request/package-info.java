/** Requests: their shape on the wire, their limits, and how bytes become one. */
@NullMarked
package dev.flinkreranker.operators.request;

import org.jspecify.annotations.NullMarked;
