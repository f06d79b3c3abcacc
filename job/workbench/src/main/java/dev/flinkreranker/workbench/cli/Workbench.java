package dev.flinkreranker.workbench.cli;

import dev.flinkreranker.job.cli.Rerank;
import dev.flinkreranker.workbench.bench.BenchCommand;
import dev.flinkreranker.workbench.clicks.JudgmentsCommand;
import dev.flinkreranker.workbench.compare.CompareCommand;
import dev.flinkreranker.workbench.demo.DemoCommand;
import dev.flinkreranker.workbench.evaluation.EvaluateCommand;
import dev.flinkreranker.workbench.model.ModelCommand;
import dev.flinkreranker.workbench.replay.ReplayCommand;
import dev.flinkreranker.workbench.scoring.ScoreCommand;
import dev.flinkreranker.workbench.tune.TuneCommand;
import picocli.CommandLine;

/** The command line of a checkout: the job's, and what people use beside it. */
public final class Workbench {

    private Workbench() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command line, ready to execute. */
    public static CommandLine commandLine() {
        CommandLine commandLine =
                Rerank.commandLine()
                        .addSubcommand(new DemoCommand())
                        .addSubcommand(new ScoreCommand())
                        .addSubcommand(new ModelCommand())
                        .addSubcommand(new EvaluateCommand())
                        .addSubcommand(new CompareCommand())
                        .addSubcommand(new ReplayCommand())
                        .addSubcommand(new TuneCommand())
                        .addSubcommand(new JudgmentsCommand())
                        .addSubcommand(new BenchCommand());
        // What was set before reaches only the commands that were there.
        commandLine
                .setOut(commandLine.getOut())
                .setErr(commandLine.getErr())
                .setCaseInsensitiveEnumValuesAllowed(true);
        commandLine
                .getCommandSpec()
                .usageMessage()
                .footer(
                        "  ./rerank demo",
                        "  ./rerank score --model bge-reranker-v2-m3 --input pairs.jsonl",
                        "  ./rerank model inspect bge-reranker-v2-m3",
                        "  ./rerank evaluate --run bm25.run --qrels qrels.tsv",
                        "  ./rerank bench engine");
        return commandLine;
    }
}
