/** The streaming job on a real broker. */
package dev.flinkreranker.tests.stream;
