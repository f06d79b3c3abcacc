package dev.flinkreranker.workbench.bench.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this process has resident, as Linux tells it; zeros elsewhere.
 *
 * @param resident all of it, mapped files included, in bytes
 * @param anonymous heap, native allocations and stacks
 * @param files mapped files: weights that are stored as they are computed with, and libraries
 * @param peak the most that was ever resident
 */
public record ProcessMemory(long resident, long anonymous, long files, long peak) {

    public static ProcessMemory now() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/self/status"));
            return new ProcessMemory(
                    bytes(lines, "VmRSS:"),
                    bytes(lines, "RssAnon:"),
                    bytes(lines, "RssFile:"),
                    bytes(lines, "VmHWM:"));
        } catch (IOException e) {
            return new ProcessMemory(0, 0, 0, 0);
        }
    }

    /** Java objects, garbage included. */
    public static long heap() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    public static double mebibytes(double bytes) {
        return bytes / (1 << 20);
    }

    private static long bytes(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }
}
