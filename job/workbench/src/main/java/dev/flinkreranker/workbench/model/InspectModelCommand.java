package dev.flinkreranker.workbench.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.workbench.options.ScoringOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Says what a checkpoint is, whether it can be used, and what it costs. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = {
            "Say what a checkpoint is, whether it can be used, and what it costs:",
            "layers, parameters, weight types, memory, operations per pair, and how a pair and its",
            "score look."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the checkpoint can be used", "2:it cannot be, or bad usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank model inspect bge-reranker-v2-m3",
            "  ./rerank model inspect bge-reranker-v2.5-gemma2-lightweight --cutoff-layers 25 \\",
            "      --compress-ratio 2 --compress-layers 8 --tokens 20,512,12 --json"
        })
final class InspectModelCommand implements Callable<Integer> {

    /** {@code QUERY,PASSAGE,PROMPT}. */
    static final class OfTokenCounts implements ITypeConverter<TokenCounts> {
        @Override
        public TokenCounts convert(String text) {
            String[] parts = text.split(",", -1);
            try {
                if (parts.length == 3) {
                    return new TokenCounts(
                            Integer.parseInt(parts[0].strip()),
                            Integer.parseInt(parts[1].strip()),
                            Integer.parseInt(parts[2].strip()));
                }
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "': " + e.getMessage());
            }
            throw new TypeConversionException("'" + text + "' is not QUERY,PASSAGE,PROMPT");
        }
    }

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Hugging Face checkpoint, as it was downloaded.")
    private Path directory;

    @Option(
            names = "--base",
            paramLabel = "DIR",
            description = "The base of a LoRA adapter; by default the model that it names itself.")
    private @Nullable Path base;

    @Mixin private ScoringOptions scoring;

    @Option(
            names = "--tokens",
            paramLabel = "Q,P,PROMPT",
            defaultValue = "0,512,0",
            converter = OfTokenCounts.class,
            description =
                    "Tokens before, of and after the passage of the pair whose operations are"
                            + " counted (default: ${DEFAULT-VALUE}).")
    private TokenCounts tokens;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            defaultValue = "cpu",
            description =
                    "Whose memory is counted: cpu, cuda or cuda:N, which need not be there"
                            + " (default: ${DEFAULT-VALUE}).")
    private String device;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private ComputeDevice device() {
        try {
            return ComputeDevice.named(device);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--device: " + e.getMessage());
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        ScoringSettings settings = scoring.settings();
        Checkpoint checkpoint;
        try {
            checkpoint = Checkpoint.open(directory, base);
            try (Reranker reranker = Reranker.open(directory, base, ComputeType.FLOAT32, "cpu")) {
                List<String> objections = reranker.check(settings);
                if (!objections.isEmpty()) {
                    throw new ParameterException(spec.commandLine(), String.join("; ", objections));
                }
                PrintWriter err = spec.commandLine().getErr();
                reranker.descriptor().warnings(settings).forEach(w -> err.println("warning: " + w));
                ModelReport report =
                        new ModelReport(
                                checkpoint,
                                reranker.descriptor(),
                                reranker.defaultMaxLength(),
                                settings,
                                tokens,
                                reranker.pairText(
                                        TokenizationSettings.defaults(), "QUERY", "PASSAGE"),
                                reranker.declaredScore(),
                                device());
                if (json) {
                    out.println(report.json());
                } else {
                    out.print(report.text());
                }
            }
        } catch (InvalidCheckpointException e) {
            if (json) {
                out.println(
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("directory", directory.toString())
                                .put("supported", false)
                                .put("reason", e.getMessage()));
            }
            throw e;
        } finally {
            out.flush();
        }
        return 0;
    }
}
