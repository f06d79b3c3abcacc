package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.operators.result.ResultOrigin;
import dev.flinkreranker.operators.tenant.Interleaving;
import org.jspecify.annotations.Nullable;

/**
 * What a request gets under one configuration.
 *
 * @param origin its settings
 * @param interleaving what it is ranked by too, if anything
 */
record Resolved(ResultOrigin origin, @Nullable Interleaving interleaving) {}
