package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceListTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cpu|cpu|cpu",
                "cuda|cuda:0|cuda:0",
                "cuda:10, cuda:2,cuda|cuda:0,cuda:2,cuda:10|cuda:0 cuda:2 cuda:10",
                "cpu:1,cpu:0|cpu:0,cpu:1|cpu:0,cpu:1",
                "cpu:3|cpu:3|cpu:3"
            })
    void theSameDevicesHaveOneTextAndKnowWhereWeightsLie(String text, String same, String memory) {
        DeviceList devices = DeviceList.of(text);
        devices.check();

        assertThat(devices).hasToString(same).isEqualTo(DeviceList.of(same));
        assertThat(devices.memories().stream().map(DeviceList::toString))
                .containsExactly(memory.split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cuda:1,cuda:1|device \"cuda:1,cuda:1\" names cuda:1 twice",
                "cuda,cuda:0|device \"cuda:0,cuda:0\" names cuda:0 twice",
                "cuda:0,cpu|device \"cpu,cuda:0\" mixes CPU and GPUs, whose scores differ; name"
                        + " devices of one kind",
                "cpu,cpu:1|device \"cpu,cpu:1\" has cpu, which is all of the CPU; number its devices"
                        + " cpu:0, cpu:1",
                "cuda:0,|device \"\" is not known; use cpu, cuda, cpu:N or cuda:N"
            })
    void aListThatMakesNoSenseIsRefused(String text, String why) {
        assertThatThrownBy(DeviceList.of(text)::check)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cuda:0|cuda:1|false",
                "cuda:0,cuda:1|cuda:1,cuda:0|false",
                "cuda:0,cuda:1|cuda:1|true",
                "cpu:0,cpu:1|cpu|true",
                "cpu|cpu:0|true",
                "cpu:0|cpu:1|false",
                "cpu|cuda:0|false"
            })
    void knowsWhetherListsOverlap(String one, String other, boolean overlap) {
        assertThat(DeviceList.of(one).overlaps(DeviceList.of(other))).isEqualTo(overlap);
        assertThat(DeviceList.of(other).overlaps(DeviceList.of(one))).isEqualTo(overlap);
    }
}
