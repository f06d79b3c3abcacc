package dev.flinkreranker.workbench.bench.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine a figure was measured on. */
final class Machine {

    private Machine() {}

    /** Processor model where the system tells it, cores and Java version. */
    static String describe() {
        String processor = System.getProperty("os.arch");
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            processor =
                    lines.filter(line -> line.startsWith("model name"))
                            .map(line -> line.substring(line.indexOf(':') + 1).strip())
                            .findFirst()
                            .orElse(processor);
        } catch (IOException e) {
            // Not Linux: the architecture has to do.
        }
        return "%s, %d cores, Java %s"
                .formatted(
                        processor,
                        Runtime.getRuntime().availableProcessors(),
                        Runtime.version().feature());
    }
}
