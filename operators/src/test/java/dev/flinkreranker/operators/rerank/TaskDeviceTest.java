package dev.flinkreranker.operators.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.config.InvalidConfigException;
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
        assertThat(TaskDevice.of(Set.of(gpu("3"), gpu("2")))).isEqualTo("cuda:2,cuda:3");
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
    void modelsShareAllDevicesOrNone() {
        Map<String, ModelReference> models =
                Map.of(
                        "a",
                        onDevice("cuda:0,cuda:1"),
                        "b",
                        onDevice("cuda:1"),
                        "c",
                        onDevice("cpu"));
        assertThatThrownBy(() -> new ModelCatalog(models))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(
                        "models.a.device cuda:0,cuda:1 and models.b.device cuda:1 share a device;"
                                + " give both the same list, or lists without a common device");

        ModelCatalog catalog =
                new ModelCatalog(
                        Map.of(
                                "a", onDevice("cuda:0, cuda:1"),
                                "b", onDevice("cuda:1,cuda"),
                                "c", onDevice("auto")));
        assertThat(catalog.models().get("a")).isEqualTo(catalog.models().get("b"));
        assertThatThrownBy(() -> catalog.on("cuda:1"))
                .hasMessageContaining("models.c.device cuda:1");
    }

    private static ModelReference onDevice(String device) {
        return new ModelReference("/m", ComputeType.AUTO, device);
    }

    @Test
    void aNameThatIsNoDeviceIsRefused() {
        ModelCatalog.checkDevice("auto");
        ModelCatalog.checkDevice("cuda:1");
        ModelCatalog.checkDevice("cpu:0,cpu:1");
        assertThatThrownBy(() -> ModelCatalog.checkDevice("cuda:00"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "device \"cuda:00\" is not known; use cpu, cuda, cpu:N or cuda:N, or auto");
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
