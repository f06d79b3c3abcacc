package dev.flinkreranker.job.bench;

import dev.flinkreranker.runtime.model.ComputeType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./rerank bench reference}. */
@Command(
        name = "reference",
        mixinStandardHelpOptions = true,
        description = {
            "From text to score against the public Python reference on the same weights and cores.",
            "tests/reference/README.md says how to install the reference."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank bench reference --python venv/bin/python --model /models/v2-m3 \\",
            "      --pairs pairs.jsonl --dtype float32 --reference-dtype float32",
            "  ./rerank bench reference --python venv/bin/python --kind gemma \\",
            "      --model /models/v2-gemma --pairs pairs.jsonl --max-pairs 16"
        })
final class ReferenceCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private BenchCommand.Common common;

    @Option(
            names = "--python",
            required = true,
            paramLabel = "FILE",
            description = "The Python with the reference's libraries.")
    private Path python;

    @Option(
            names = "--script",
            paramLabel = "FILE",
            defaultValue = "tests/reference/time_reference.py",
            description = "The reference's driver (default: ${DEFAULT-VALUE}).")
    private Path script;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "The checkpoint.")
    private Path model;

    @Option(
            names = "--kind",
            paramLabel = "NAME",
            defaultValue = "cross-encoder",
            description = "cross-encoder or gemma (default: ${DEFAULT-VALUE}).")
    private String kind;

    @Option(
            names = "--pairs",
            required = true,
            paramLabel = "FILE",
            description = "JSON lines with query and passage.")
    private Path pairs;

    @Option(
            names = "--max-pairs",
            paramLabel = "N",
            defaultValue = "64",
            description = "Only the first N pairs (default: ${DEFAULT-VALUE}).")
    private int maxPairs;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            defaultValue = "512",
            description = "Limit of a pair in tokens (default: ${DEFAULT-VALUE}).")
    private int maxLength;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "auto",
            description = "This side's number format: float32, bfloat16 or auto.")
    private ComputeType type;

    @Option(
            names = "--reference-dtype",
            paramLabel = "TYPE",
            defaultValue = "float32",
            description = "The reference's number format (default: ${DEFAULT-VALUE}, its own).")
    private String referenceType;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "Runs of each side; the fastest counts (default: ${DEFAULT-VALUE}).")
    private int repeat;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PythonReference reference = new PythonReference(python, script, model, kind, maxLength);
        BenchmarkPrinter.print(
                new ReferenceBenchmark(reference, PairFile.read(pairs, maxPairs), repeat)
                        .run(type, referenceType),
                common.json,
                spec.commandLine().getOut());
        return 0;
    }
}
