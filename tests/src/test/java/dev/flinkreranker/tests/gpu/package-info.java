/** The check for a machine with a GPU. */
@org.jspecify.annotations.NullMarked
package dev.flinkreranker.tests.gpu;
