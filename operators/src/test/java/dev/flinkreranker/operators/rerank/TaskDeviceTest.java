package dev.flinkreranker.operators.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.junit.jupiter.api.Test;

class TaskDeviceTest {

    @Test
    void aTaskRunsOnTheGpuThatFlinkGivesIt() {
        assertThat(TaskDevice.of(Set.of())).isEqualTo("cpu");
        assertThat(TaskDevice.of(Set.of(gpu("3"), gpu("2")))).isEqualTo("cuda:2");
    }

    @Test
    void onlyModelsForAnyDeviceGoThere() {
        ModelCatalog catalog =
                new ModelCatalog(
                        Map.of(
                                "any", new ModelReference("/m", ComputeType.AUTO, "auto"),
                                "fixed", new ModelReference("/n", ComputeType.AUTO, "cpu")));

        assertThat(catalog.on("cuda:2").models())
                .containsEntry("any", new ModelReference("/m", ComputeType.AUTO, "cuda:2"))
                .containsEntry("fixed", new ModelReference("/n", ComputeType.AUTO, "cpu"));
    }

    @Test
    void aNameThatIsNoDeviceIsRefused() {
        ModelCatalog.checkDevice("auto");
        ModelCatalog.checkDevice("cuda:1");
        assertThatThrownBy(() -> ModelCatalog.checkDevice("cuda:00"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("device \"cuda:00\" is not known; use cpu, cuda or cuda:N, or auto");
    }

    private static ExternalResourceInfo gpu(String index) {
        return new ExternalResourceInfo() {
            @Override
            public Optional<String> getProperty(String key) {
                return key.equals("index") ? Optional.of(index) : Optional.empty();
            }

            @Override
            public Collection<String> getKeys() {
                return List.of("index");
            }
        };
    }
}
