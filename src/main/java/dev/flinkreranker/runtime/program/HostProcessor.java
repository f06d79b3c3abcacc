package dev.flinkreranker.runtime.program;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What this machine's processor says it can do, as far as programs are run otherwise for it.
 *
 * @param intel whether Intel made it
 * @param avx512 whether it has vectors of 512 bits
 * @param bfloat16 whether it multiplies bfloat16 (AVX512_BF16 or AMX)
 * @param tiles whether it does so by whole tiles (AMX)
 * @param int8 whether it multiplies 8-bit integers and adds them up in 32 bits (VNNI or AMX)
 */
record HostProcessor(boolean intel, boolean avx512, boolean bfloat16, boolean tiles, boolean int8) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Pattern INTEL = Pattern.compile("\\bGenuineIntel\\b");
    private static final Pattern AVX512 = Pattern.compile("\\bavx512f\\b");
    private static final Pattern BFLOAT16 = Pattern.compile("\\b(?:avx512_bf16|amx_bf16)\\b");
    private static final Pattern TILES = Pattern.compile("\\bamx_bf16\\b");
    private static final Pattern INT8 = Pattern.compile("\\b(?:avx512_vnni|avx_vnni|amx_int8)\\b");

    /**
     * Whether oneDNN multiplies float32 faster than MKL, which takes vectors of 256 bits on other
     * makers' processors than Intel's.
     */
    boolean oneDnnForFloat32() {
        return avx512 && !intel;
    }

    /** This machine's; nothing is assumed of one that is not Linux. */
    static HostProcessor current() {
        try {
            // Latin 1: the file is ASCII, and a stray byte must not matter.
            return parse(Files.readString(CPU_INFO, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return parse("");
        }
    }

    /** Reads the text of {@code /proc/cpuinfo}. */
    static HostProcessor parse(String text) {
        return new HostProcessor(
                INTEL.matcher(text).find(),
                AVX512.matcher(text).find(),
                BFLOAT16.matcher(text).find(),
                TILES.matcher(text).find(),
                INT8.matcher(text).find());
    }
}
