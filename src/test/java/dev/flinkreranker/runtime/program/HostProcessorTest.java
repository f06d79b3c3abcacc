package dev.flinkreranker.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostProcessorTest {

    @Test
    void makerAndInstructionsAreReadFromCpuinfo() {
        String sapphireRapids =
                "vendor_id\t: GenuineIntel\nflags\t\t: fpu avx512f avx512_bf16 amx_bf16 amx_tile amx_int8\n";
        String genoa =
                "vendor_id\t: AuthenticAMD\nflags\t\t: fpu avx512f avx512_bf16 avx512_vnni clzero\n";
        String rome = "vendor_id\t: AuthenticAMD\nflags\t\t: fpu avx2 fma\n";

        assertThat(HostProcessor.parse(sapphireRapids))
                .isEqualTo(new HostProcessor(true, true, true, true, true));
        assertThat(HostProcessor.parse(genoa))
                .isEqualTo(new HostProcessor(false, true, true, false, true));
        assertThat(HostProcessor.parse(rome))
                .isEqualTo(new HostProcessor(false, false, false, false, false));
        assertThat(HostProcessor.parse(""))
                .isEqualTo(new HostProcessor(false, false, false, false, false));
    }
}
