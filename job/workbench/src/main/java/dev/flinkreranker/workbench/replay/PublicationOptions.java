package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.workbench.options.KafkaOptions;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import dev.flinkreranker.workbench.replay.publication.Publication;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say where results go besides the directory. */
final class PublicationOptions {
    @Mixin private KafkaOptions kafka;

    @Option(
            names = "--results-topic",
            paramLabel = "NAME",
            description =
                    "Write the results of every configuration to this Kafka topic too, each exactly"
                            + " once, with the header rerank.configuration; with"
                            + " --bootstrap-servers or --job.")
    private @Nullable String topic;

    /** Whether a topic is named. */
    boolean isAsked() {
        return topic != null;
    }

    KafkaOptions kafka() {
        return kafka;
    }

    /**
     * Makes sure that the topic is there, where one is named, before hours of scoring.
     *
     * @throws IOException saying what is wrong
     */
    void check(ReplayPlan plan, ReplayDirectory directory) throws IOException {
        if (topic != null) {
            publication(plan, directory).check();
        }
    }

    /** Writes the results of the directory to the topic, where one is named, and says so. */
    void publish(ReplayPlan plan, ReplayDirectory directory, long requests, PrintWriter err)
            throws IOException {
        if (topic == null) {
            return;
        }
        Map<String, Path> results = new LinkedHashMap<>();
        for (ReplayConfiguration configuration : plan.configurations()) {
            results.put(configuration.name(), directory.result(configuration.name()));
        }
        long written = publication(plan, directory).publish(results, requests);
        err.printf(Locale.ROOT, "topic %s: %,d results written now%n", topic, written);
    }

    /** A publication is of one set of configurations, since it counts its records. */
    private Publication publication(ReplayPlan plan, ReplayDirectory directory) throws IOException {
        return new Publication(
                kafka.sink(), topic, directory.publication(plan), Publication.DEFAULT_BATCH);
    }
}
