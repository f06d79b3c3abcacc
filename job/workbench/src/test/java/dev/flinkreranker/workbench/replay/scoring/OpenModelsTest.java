package dev.flinkreranker.workbench.replay.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenModelsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"cpu|cpu", "auto|cpu", "cuda:1,cuda:0|cuda:0", "cpu:0,cpu:1|cpu:0"})
    void aModelIsOpenedOnOneOfItsDevices(String devices, String one) {
        List<String> opened = new ArrayList<>();
        OpenModels models =
                new OpenModels(
                        model -> {
                            opened.add(model.device());
                            throw new IllegalArgumentException("far enough");
                        });

        assertThatThrownBy(() -> models.open(new ModelReference("/m", ComputeType.AUTO, devices)))
                .hasMessage("far enough");
        assertThat(opened).containsExactly(one);
    }
}
