package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.workbench.options.ProjectFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The whole product on real data, in one process. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Rerank real claims through a real Kafka broker and a local Flink cluster.",
            "Starts both in this process, sends SciFact's test claims with BM25's candidates, reads"
                    + " the results back (read_committed), and shows what the reranker changed."
                    + " Needs no network and leaves nothing behind."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every request got one result, every bad event one dead letter",
            "1:something was lost, doubled or not ranked",
            "2:bad input or usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank demo",
            "  ./rerank demo --queries 300 --candidates 50",
            "  ./rerank demo --cutoff-layers 4"
        })
public final class DemoCommand implements Callable<Integer> {

    private static final Duration CLEANUP = Duration.ofSeconds(30);

    @Spec private CommandSpec spec;

    @Option(
            names = "--queries",
            paramLabel = "N",
            defaultValue = "40",
            description = "How many of the 300 claims. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "How many of BM25's 100 passages a request carries. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int candidates;

    @Option(
            names = "--cutoff-layers",
            split = ",",
            paramLabel = "L",
            description =
                    "Layers to score at, all from one pass; the model runs no deeper than the last."
                            + " Default: every layer with a head.")
    private List<Integer> cutoffLayers = List.of();

    @Option(
            names = "--max-length",
            paramLabel = "TOKENS",
            defaultValue = "256",
            description = "Limit of a pair. Default: ${DEFAULT-VALUE}.")
    private int maxLength;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Another checkpoint than the small one that comes with the project.")
    private @Nullable Path model;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Another data set, laid out like job/workbench/data/scifact.")
    private @Nullable Path data;

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireAtLeast(1, "--queries", queries);
        requireAtLeast(1, "--candidates", candidates);
        requireAtLeast(8, "--max-length", maxLength);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Demo demo =
                new DemoPlan(
                                data == null ? ProjectFolder.scifact() : data,
                                model == null ? ProjectFolder.smallModel() : model,
                                queries,
                                candidates,
                                maxLength,
                                cutoffLayers)
                        .demo(out, err);
        DemoOutcome outcome = runUntilEndOrSignal(demo);
        if (!outcome.complete()) {
            err.printf(
                    "not every event ended as it should: %d requests, %d results, %d of them"
                            + " without scores, %d doubled, %d lost, %d dead letters of %d bad"
                            + " events%n",
                    outcome.requests(),
                    outcome.results(),
                    outcome.unranked(),
                    outcome.duplicates(),
                    outcome.lost(),
                    outcome.deadLetters(),
                    outcome.badEvents());
        }
        out.println(outcome.line());
        out.flush();
        return outcome.complete() ? 0 : 1;
    }

    /** On Ctrl-C the demo is interrupted, and the JVM waits until it has cleaned up. */
    private static DemoOutcome runUntilEndOrSignal(Demo demo)
            throws IOException, InterruptedException {
        Thread worker = Thread.currentThread();
        CountDownLatch cleanedUp = new CountDownLatch(1);
        Thread hook =
                new Thread(
                        () -> {
                            if (cleanedUp.getCount() > 0) {
                                worker.interrupt();
                            }
                            try {
                                cleanedUp.await(CLEANUP.toSeconds(), TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        // The hook stays: at a normal exit it finds the latch open and ends at once.
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return demo.run();
        } finally {
            cleanedUp.countDown();
        }
    }

    private void requireAtLeast(int least, String option, int value) {
        if (value < least) {
            throw new ParameterException(spec.commandLine(), option + " must be at least " + least);
        }
    }
}
