package dev.flinkreranker.workbench.clicks;

import dev.flinkreranker.workbench.options.KafkaOptions;
import dev.flinkreranker.workbench.replay.input.InputPaths;
import dev.flinkreranker.workbench.replay.input.TopicLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of what joins people's clicks to the results that they saw. */
public final class ClickOptions {
    @Option(
            names = "--events",
            arity = "1..*",
            paramLabel = "PATH",
            description =
                    "What people saw and clicked, as JSON lines: view and click of User Behavior"
                            + " Insights, or {request_id, id, position, clicked}. Files, directories"
                            + " or glob patterns; plain, gzip or Zstandard.")
    private List<String> events = new ArrayList<>();

    @Option(
            names = "--events-topic",
            paramLabel = "NAME",
            description = "Likewise, of a Kafka topic.")
    private @Nullable String eventsTopic;

    @Option(
            names = "--results",
            arity = "1..*",
            paramLabel = "PATH",
            description =
                    "The results that they saw, as the stream writes them: JSON lines, likewise.")
    private List<String> results = new ArrayList<>();

    @Option(
            names = "--results-topic",
            paramLabel = "NAME",
            description = "Likewise, of a Kafka topic.")
    private @Nullable String resultsTopic;

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            defaultValue = "earliest",
            description =
                    "Where the topics begin: earliest or a time (2026-01-31T12:00:00Z). Default:"
                            + " ${DEFAULT-VALUE}.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "PLACE",
            defaultValue = "latest",
            description = "Where they end, not included; likewise. Default: ${DEFAULT-VALUE}.")
    private String to;

    @Option(
            names = "--window-minutes",
            paramLabel = "N",
            defaultValue = "30",
            description =
                    "How long after its view a click counts. Views that are younger when the"
                            + " events end are left out. Default: ${DEFAULT-VALUE}.")
    private int windowMinutes;

    @Option(
            names = "--shown",
            paramLabel = "N",
            description =
                    "How many documents of the result a view without a document stands for."
                            + " Default: all.")
    private int shown = Integer.MAX_VALUE;

    @Mixin private KafkaOptions kafka;

    /** How long after its view a click counts. */
    Duration window() {
        if (windowMinutes < 1 || windowMinutes > 60 * 24 * 365 || shown < 1) {
            throw new IllegalArgumentException(
                    "--window-minutes must be from 1 to 525600 and --shown at least 1");
        }
        return Duration.ofMinutes(windowMinutes);
    }

    /** Documents that a view without a document stands for. */
    int shown() {
        return shown;
    }

    /**
     * The files of events.
     *
     * @param directory where a topic is copied to; it must exist
     */
    List<Path> events(Path directory) throws IOException {
        return files("events", events, eventsTopic, directory);
    }

    /**
     * The files of results.
     *
     * @param directory where a topic is copied to; it must exist
     */
    List<Path> results(Path directory) throws IOException {
        return files("results", results, resultsTopic, directory);
    }

    private List<Path> files(
            String what, List<String> paths, @Nullable String topic, Path directory)
            throws IOException {
        if (paths.isEmpty() == (topic == null)) {
            throw new IllegalArgumentException(
                    "name the %s in one way: --%s or --%s-topic".formatted(what, what, what));
        }
        return topic == null
                ? InputPaths.expand(paths)
                : TopicLog.write(kafka.source(), topic, from, to, directory);
    }
}
