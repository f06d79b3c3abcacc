package dev.flinkreranker.runtime.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much more memory this process may use: what Linux says is available, or less if the container
 * has a limit (cgroup version 2). File pages count as available, since they can be dropped.
 */
final class AvailableMemory {

    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+) kB$");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final Pattern FILE_PAGES = Pattern.compile("(?m)^(?:in)?active_file (\\d+)$");

    private final Path root;

    /**
     * @param root where {@code proc} and {@code sys} are
     */
    AvailableMemory(Path root) {
        this.root = root;
    }

    /** In bytes; empty where it is not known. */
    OptionalLong bytes() {
        OptionalLong machine = machine();
        OptionalLong container = container();
        if (machine.isPresent() && container.isPresent()) {
            return OptionalLong.of(Math.min(machine.getAsLong(), container.getAsLong()));
        }
        return machine.isPresent() ? machine : container;
    }

    /** What this process has in memory, mapped files included; empty where it is not known. */
    OptionalLong resident() {
        return kilobytes(RESIDENT, "proc/self/status");
    }

    private OptionalLong machine() {
        return kilobytes(AVAILABLE, "proc/meminfo");
    }

    private OptionalLong kilobytes(Pattern line, String file) {
        Matcher matcher = line.matcher(read(file));
        return matcher.find()
                ? OptionalLong.of(1024 * Long.parseLong(matcher.group(1)))
                : OptionalLong.empty();
    }

    private OptionalLong container() {
        String limit = read("sys/fs/cgroup/memory.max");
        String used = read("sys/fs/cgroup/memory.current");
        if (!limit.matches("\\d{1,18}") || !used.matches("\\d{1,18}")) {
            return OptionalLong.empty(); // no such file, or "max" for no limit
        }
        long droppable = 0;
        Matcher matcher = FILE_PAGES.matcher(read("sys/fs/cgroup/memory.stat"));
        while (matcher.find()) {
            droppable += Long.parseLong(matcher.group(1));
        }
        long busy = Math.max(0, Long.parseLong(used) - droppable);
        return OptionalLong.of(Math.max(0, Long.parseLong(limit) - busy));
    }

    private String read(String file) {
        try {
            return Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            return ""; // not Linux, or no such controller
        }
    }
}
