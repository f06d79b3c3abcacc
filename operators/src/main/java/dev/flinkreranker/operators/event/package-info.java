/** Kafka records as they pass through the job: bytes in, bytes out. */
package dev.flinkreranker.operators.event;
