/**
 * What people's clicks say: the join of events to results, a click model, and judgments made of it.
 */
@NullMarked
package dev.flinkreranker.workbench.clicks;

import org.jspecify.annotations.NullMarked;
