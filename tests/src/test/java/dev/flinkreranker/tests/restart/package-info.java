/** The command line's job, stopped and started again. */
package dev.flinkreranker.tests.restart;
