/** Kafka records as they pass through the job: bytes in, bytes out. */
@NullMarked
package dev.flinkreranker.operators.event;

import org.jspecify.annotations.NullMarked;
