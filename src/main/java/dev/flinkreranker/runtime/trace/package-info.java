/**
 * OpenTelemetry spans of requests and batches. They go wherever the process's OpenTelemetry sends
 * them; where it has none, or the request's trace is not sampled, none is made.
 */
@NullMarked
package dev.flinkreranker.runtime.trace;

import org.jspecify.annotations.NullMarked;
