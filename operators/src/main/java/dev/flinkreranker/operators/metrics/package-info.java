/** The job's metrics: names, scopes, and who counts. */
@NullMarked
package dev.flinkreranker.operators.metrics;

import org.jspecify.annotations.NullMarked;
