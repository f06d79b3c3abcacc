/**
 * A cluster of separate processes on this machine's loopback: ZooKeeper, a Kafka broker, a
 * JobManager, TaskManagers. Flink is put together from the parts in Maven Central, and what the
 * image adds lies in its {@code lib/}, as in production. Everything is stopped and removed on
 * close.
 */
package dev.flinkreranker.tests.rig;
