/**
 * The reports of a replay and of a tuning: an HTML file each that needs no network, drawn from a
 * plain data model.
 *
 * <p>Knows nothing of how the figures were made. Every text in it is untrusted.
 */
@NullMarked
package dev.flinkreranker.workbench.report;

import org.jspecify.annotations.NullMarked;
