package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.workbench.replay.outcome.TeacherFile;
import dev.flinkreranker.workbench.replay.plan.ReplayConfiguration;
import dev.flinkreranker.workbench.replay.plan.ReplayDirectory;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that makes the scores a teacher's, for distillation. */
final class TeacherOptions {
    @Option(
            names = "--teacher",
            paramLabel = "FILE",
            description =
                    "Write (query, passage, score) triples to distill a model from, as JSON lines"
                            + " with the logits of every configuration; compressed where the name"
                            + " ends in .gz or .zst. FILE.manifest.json has the SHA-256 of the"
                            + " models' files and of the settings.")
    private @Nullable Path file;

    boolean isAsked() {
        return file != null;
    }

    /**
     * Refuses what a teacher cannot be, before hours of scoring.
     *
     * @throws IllegalArgumentException saying which configuration it is
     */
    void check(List<ReplayConfiguration> configurations, boolean ownSettings) throws IOException {
        if (file == null) {
            return;
        }
        for (ReplayConfiguration configuration : configurations) {
            String fault = fault(configuration, ownSettings);
            if (fault != null) {
                throw new IllegalArgumentException(
                        "--teacher: configuration " + configuration.name() + " " + fault);
            }
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null) {
            throw new IllegalArgumentException("--teacher: " + file + " is a directory");
        }
        Files.createDirectories(folder);
    }

    private static @Nullable String fault(ReplayConfiguration configuration, boolean ownSettings) {
        RerankSettings settings = configuration.common();
        if (settings == null) {
            return "has routes or tenants, but a teacher has one model; name it with --model";
        }
        if (settings.passesThrough()) {
            return "has no model";
        }
        if (settings.stages() != null) {
            return "has stages, but a teacher's scores are on one scale; set stages: null";
        }
        if (settings.fusion() != Fusion.NONE) {
            return "ranks by a fusion, but a teacher's scores are the model's alone; set fusion:"
                    + " none";
        }
        return ownSettings && configuration.leavesRankingToRequests()
                ? "lets requests choose how they are ranked; add --ignore-overrides"
                : null;
    }

    /** Writes the triples of a replay that has ended. */
    void write(ReplayPlan plan, ReplayDirectory directory, PrintWriter err) throws IOException {
        if (file != null) {
            long triples = new TeacherFile(plan, directory).write(file);
            err.printf(Locale.ROOT, "%,d triples: %s%n", triples, file);
        }
    }
}
