package dev.flinkreranker.workbench.scoring;

import dev.flinkreranker.job.file.InputFile;
import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.workbench.options.ModelOptions;
import dev.flinkreranker.workbench.options.ScoringOptions;
import dev.flinkreranker.workbench.options.TokenizationOptions;
import dev.flinkreranker.workbench.terminal.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Scores pairs from JSON lines to JSON lines. */
@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        description = {
            "Score pairs with a reranker: JSON lines {\"query\": ..., \"passage\": ...} in,",
            "one JSON line with \"score\" out for each, in the same order."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad input or usage; lines before a bad one are scored"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  echo '{\"query\": \"q\", \"passage\": \"p\"}' | ./rerank score --model bge-reranker-v2-m3",
            "  ./rerank score --model bge-reranker-v2-m3 --max-length 1024 --normalize \\",
            "      --input pairs.jsonl --output scores.jsonl",
            "  ./rerank score --model bge-reranker-v2-minicpm-layerwise --cutoff-layers 8,16,28 \\",
            "      --dtype auto --input pairs.jsonl",
            "  ./rerank score --model bge-reranker-v2.5-gemma2-lightweight --cutoff-layers 25 \\",
            "      --compress-ratio 2 --compress-layers 8 --input pairs.jsonl"
        })
public final class ScoreCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ModelOptions model;

    @Mixin private TokenizationOptions tokenization;

    @Mixin private ScoringOptions scoring;

    @Option(
            names = "--normalize",
            description = "Pass scores through a sigmoid: 0 to 1 instead of raw logits.")
    private boolean normalize;

    @Option(
            names = "--normalize-as-declared",
            description = "The same where the model's folder declares a sigmoid, else raw logits.")
    private boolean normalizeAsDeclared;

    @Option(
            names = "--batch-tokens",
            paramLabel = "N",
            defaultValue = "8192",
            description = "Most tokens scored in one go (default: ${DEFAULT-VALUE}).")
    private int batchTokens;

    @Option(
            names = {"-i", "--input"},
            paramLabel = "FILE",
            defaultValue = "-",
            description = "Pairs, plain, gzip or Zstandard; - for standard input (the default).")
    private Path input;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "-",
            description = "Scores; - for standard output (the default).")
    private Path output;

    @Override
    public Integer call() throws IOException {
        if (normalize && normalizeAsDeclared) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--normalize and --normalize-as-declared: only one of both can be on");
        }
        if (batchTokens < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--batch-tokens " + batchTokens + ": must be at least 1");
        }
        PrintWriter err = spec.commandLine().getErr();
        try (PairLineReader lines =
                        new PairLineReader(InputFile.open(input), InputFile.name(input));
                Reranker reranker = model.open()) {
            TokenizationSettings tokens = tokenization.settings();
            ScoringSettings settings = scoring.settings();
            refuse(reranker, tokens, settings);
            reranker.descriptor().warnings(settings).forEach(w -> err.println("warning: " + w));
            PairScoring pairs =
                    new PairScoring(reranker, tokens, settings, batchTokens, normalizes(reranker));
            long start = System.nanoTime();
            PairScoring.Totals totals = run(pairs, lines);
            double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
            err.printf(
                    "%d pairs, %d tokens, %d truncated; %.1f s, %.1f pairs/s%n",
                    totals.pairs(),
                    totals.tokens(),
                    totals.truncated(),
                    seconds,
                    totals.pairs() / seconds);
        }
        return 0;
    }

    private boolean normalizes(Reranker reranker) {
        return normalizeAsDeclared ? reranker.declaredScore().isSigmoid() : normalize;
    }

    private void refuse(Reranker reranker, TokenizationSettings tokens, ScoringSettings settings) {
        List<String> objections = new ArrayList<>(reranker.check(settings));
        objections.addAll(reranker.check(tokens));
        if (normalizeAsDeclared) {
            reranker.declaredScore()
                    .objection()
                    .ifPresent(why -> objections.add("--normalize-as-declared: " + why));
        }
        if (!objections.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join("; ", objections));
        }
    }

    private PairScoring.Totals run(PairScoring pairs, PairLineReader lines) throws IOException {
        if (output.equals(InputFile.STANDARD)) {
            return run(pairs, lines, spec.commandLine().getOut());
        }
        try (PrintWriter file = new PrintWriter(Files.newBufferedWriter(output))) {
            return run(pairs, lines, file);
        }
    }

    /** A bar on a terminal only, and not where the scores themselves appear. */
    private PairScoring.Totals run(PairScoring pairs, PairLineReader lines, PrintWriter out)
            throws IOException {
        if (System.console() == null || output.equals(InputFile.STANDARD)) {
            return pairs.run(lines, out, done -> {});
        }
        try (Progress progress = Progress.start("Scoring", " pairs", -1)) {
            return pairs.run(lines, out, progress::done);
        }
    }
}
