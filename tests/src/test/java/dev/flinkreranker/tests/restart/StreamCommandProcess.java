package dev.flinkreranker.tests.restart;

import dev.flinkreranker.job.cli.Rerank;
import dev.flinkreranker.tests.rig.ChildJvm;
import dev.flinkreranker.tests.rig.TestClassPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@code ./rerank stream --config FILE} runs, in a process of its own.
 *
 * @param folder its working folder, with the file; the user's folder for state is in it
 * @param heap the most that it may take, as the JVM's flag has it
 */
record StreamCommandProcess(Path folder, String heap) {

    /** With a heap that serves most jobs. */
    StreamCommandProcess(Path folder) {
        this(folder, "400m");
    }

    /** Where its jobs keep their state. */
    Path states() {
        return folder.resolve("state/flink-reranker");
    }

    /**
     * Starts it.
     *
     * @param yaml the configuration
     * @param options after it
     */
    ChildJvm start(String yaml, String... options) throws IOException {
        Path config = Files.writeString(folder.resolve("stream.yaml"), yaml);
        Path root = Path.of("..").toRealPath();
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "@" + root.resolve("job/local/flink.opens"),
                                "-Xmx" + heap,
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Dai.djl.offline=true",
                                "-DOPT_OUT_TRACKING=true",
                                "-cp",
                                TestClassPath.value(),
                                Rerank.class.getName(),
                                "stream",
                                "--config",
                                config.toString()));
        arguments.addAll(List.of(options));
        return ChildJvm.start(
                "stream",
                folder,
                Map.of(
                        "XDG_STATE_HOME",
                        folder.resolve("state").toString(),
                        "OMP_WAIT_POLICY",
                        "PASSIVE"),
                arguments);
    }
}
