package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that all commands about dead letters have. */
final class LetterOptions {

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The job's configuration: topics and Kafka's properties are taken of it.")
    private Path config;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    JobConfig config() throws IOException {
        return JobConfigReader.read(config);
    }

    boolean isJson() {
        return json;
    }
}
