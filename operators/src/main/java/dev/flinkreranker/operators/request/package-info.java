/** Requests: their shape on the wire, their limits, and how bytes become one. */
package dev.flinkreranker.operators.request;
