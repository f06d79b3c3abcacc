package dev.flinkreranker.workbench.bench;

import picocli.CommandLine.Command;

/** {@code ./rerank bench NAME}: lists the benchmarks. */
@Command(
        name = "bench",
        description = "Measures one thing and prints it as a table, or as JSON lines.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "NAME",
        footer = {
            "%nExamples:",
            "  ./rerank bench engine",
            "  ./rerank bench pipeline",
            "  ./rerank bench fairness --seconds 10 --json"
        },
        subcommands = {
            EngineBenchmark.class,
            BatcherFairnessBenchmark.class,
            FairnessBenchmark.class,
            OverflowBenchmark.class,
            PipelineBenchmark.class,
            LatencyBenchmark.class,
            StagesBenchmark.class,
            StatesBenchmark.class,
            MemoryBenchmark.class,
            SlotsBenchmark.class,
            ModelBenchmark.class,
            ReferenceBenchmark.class,
            SqlBenchmark.class
        })
public final class BenchCommand {}
