package dev.flinkreranker.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.engine.EngineSettings;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.table.functions.FunctionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlSettingsTest {

    /** A task that Flink gives no GPU. */
    private static final FunctionContext TASK =
            new FunctionContext(null) {
                @Override
                public Set<ExternalResourceInfo> getExternalResourceInfos(String name) {
                    return Set.of();
                }
            };

    @ParameterizedTest
    @CsvSource({"auto, cpu", "cuda:1, cuda:1"})
    void aModelForAnyDeviceRunsOnThoseOfItsTask(String device, String there) {
        ModelReference model = new ModelReference("/m", ComputeType.AUTO, device);
        SqlSettings settings =
                new SqlSettings(
                        model,
                        null,
                        "sql",
                        null,
                        OnError.FAIL,
                        null,
                        EngineSettings.ofBatchTokens(1024));

        assertThat(settings.in(TASK).model()).isEqualTo(model.on(there));
        assertThat(settings.in(TASK).engine()).isEqualTo(settings.engine());
    }
}
