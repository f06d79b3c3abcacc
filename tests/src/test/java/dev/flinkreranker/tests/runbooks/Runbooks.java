package dev.flinkreranker.tests.runbooks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The trial of each alert, by its name, in the order of the alerts. */
public final class Runbooks {

    static final Map<String, Trial> ALL;

    static {
        Map<String, Trial> all = new LinkedHashMap<>();
        all.put("RerankerLagGrows", BacklogTrials::lagGrows);
        all.put("RerankerNoResults", BacklogTrials::noResults);
        all.put("RerankerRestarts", RestartTrials::restarts);
        all.put("RerankerRestartsSlowly", RestartTrials::restartsSlowly);
        all.put("RerankerCheckpointsFail", RestartTrials::checkpointsFail);
        all.put("RerankerResultsLost", KafkaTrials::resultsLost);
        all.put("RerankerOffsetsMissing", KafkaTrials::offsetsMissing);
        all.put("RerankerCheckpointsSlow", BacklogTrials::checkpointsSlow);
        all.put("RerankerHeapFull", ResourceTrials::heapFull);
        all.put("RerankerTaskManagerMissing", RestartTrials::taskManagerMissing);
        all.put("RerankerDown", RestartTrials::down);
        all.put("RerankerFailures", InputTrials::failures);
        all.put("RerankerConfigsRefused", InputTrials::configsRefused);
        all.put("RerankerPadding", ResourceTrials::padding);
        all.put("RerankerCacheMisses", ResourceTrials::cacheMisses);
        all.put("RerankerDeviceMemory", ResourceTrials::deviceMemory);
        ALL = Collections.unmodifiableMap(all);
    }

    private Runbooks() {}

    /** Names of the alerts that have a trial. */
    public static Iterable<String> alerts() {
        return ALL.keySet();
    }
}
