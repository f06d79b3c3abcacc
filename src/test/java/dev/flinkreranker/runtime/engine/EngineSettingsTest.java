package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.program.ComputeDevice;
import org.junit.jupiter.api.Test;

class EngineSettingsTest {

    private static final ComputeDevice GPU = ComputeDevice.named("cuda:0");

    @Test
    void aGpuTakesLargerBatchesUnlessTheBudgetIsNamed() {
        EngineSettings defaults = EngineSettings.defaults().withCacheBytes(0);
        EngineSettings named = EngineSettings.ofBatchTokens(512).withTokenizerThreads(1);

        assertThat(defaults.batchOn(ComputeDevice.CPU).maxTokens()).isEqualTo(8_192);
        assertThat(defaults.batchOn(GPU).maxTokens()).isEqualTo(32_768);
        assertThat(defaults.batchOn(GPU).turnTokens()).isEqualTo(8_192);
        assertThat(named.batchOn(ComputeDevice.CPU).maxTokens()).isEqualTo(512);
        assertThat(named.batchOn(GPU).maxTokens()).isEqualTo(512);
    }
}
