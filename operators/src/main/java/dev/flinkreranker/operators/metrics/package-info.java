/** The job's metrics: names, scopes, and who counts. */
package dev.flinkreranker.operators.metrics;
