package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.runtime.engine.ModelOpener;
import java.io.Serializable;

/** Opens models where the job runs, so it travels with the job. */
@FunctionalInterface
public interface ReplayModels extends ModelOpener, Serializable {}
