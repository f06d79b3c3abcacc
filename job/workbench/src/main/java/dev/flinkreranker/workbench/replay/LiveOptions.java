package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.workbench.options.KafkaOptions;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what production answered. */
final class LiveOptions {
    @Option(
            names = "--live",
            arity = "1..*",
            paramLabel = "PATH",
            description =
                    "Results as production wrote them, to compare with as \"live\": JSON lines,"
                            + " files, directories or glob patterns.")
    private List<String> live = new ArrayList<>();

    @Option(
            names = "--live-topic",
            paramLabel = "NAME",
            description = "Likewise, all of a Kafka topic.")
    private @Nullable String liveTopic;

    /** Whether any is named. */
    boolean isNamed() {
        return !live.isEmpty() || liveTopic != null;
    }

    /** Files of what production answered; empty when none are named. */
    List<Path> files(ReplayDirectory directory, KafkaOptions kafka) throws IOException {
        List<Path> files = new ArrayList<>();
        if (!live.isEmpty()) {
            files.addAll(InputOptions.files(live, directory));
        }
        if (liveTopic != null) {
            files.addAll(InputOptions.topicLogs(liveTopic, "earliest", "latest", directory, kafka));
        }
        return files;
    }
}
