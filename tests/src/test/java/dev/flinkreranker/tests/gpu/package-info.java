/** The check for a machine with a GPU. */
package dev.flinkreranker.tests.gpu;
