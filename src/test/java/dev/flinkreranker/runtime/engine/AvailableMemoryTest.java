package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvailableMemoryTest {

    @TempDir private Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void isWhatTheMachineHas() throws IOException {
        write("proc/meminfo", "MemTotal:  9000 kB\nMemAvailable:    2048 kB\nBuffers: 1 kB\n");
        assertThat(new AvailableMemory(root).bytes()).hasValue(2048 * 1024);
    }

    @Test
    void isNoMoreThanTheContainerLeaves() throws IOException {
        write("proc/meminfo", "MemAvailable:    2048 kB\n");
        write("sys/fs/cgroup/memory.max", "1000000\n");
        write("sys/fs/cgroup/memory.current", "900000\n");
        write("sys/fs/cgroup/memory.stat", "anon 5\ninactive_file 300000\nactive_file 200000\n");
        assertThat(new AvailableMemory(root).bytes()).hasValue(600_000);
    }

    @Test
    void aContainerWithoutLimitHasWhatTheMachineHas() throws IOException {
        write("proc/meminfo", "MemAvailable:    2048 kB\n");
        write("sys/fs/cgroup/memory.max", "max\n");
        write("sys/fs/cgroup/memory.current", "900000\n");
        assertThat(new AvailableMemory(root).bytes()).hasValue(2048 * 1024);
    }

    @Test
    void isUnknownElsewhere() {
        assertThat(new AvailableMemory(root).bytes()).isEmpty();
    }
}
