/** A real Kafka broker and a Flink cluster inside this process. */
package dev.flinkreranker.local;
