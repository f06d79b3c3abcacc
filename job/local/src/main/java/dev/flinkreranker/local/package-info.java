/** A real Kafka broker and a Flink cluster inside this process. */
@NullMarked
package dev.flinkreranker.local;

import org.jspecify.annotations.NullMarked;
