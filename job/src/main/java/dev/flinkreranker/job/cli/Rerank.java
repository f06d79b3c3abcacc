package dev.flinkreranker.job.cli;

import dev.flinkreranker.job.deadletter.DeadLettersCommand;
import dev.flinkreranker.job.schema.SchemaCommand;
import dev.flinkreranker.job.stream.StreamCommand;
import dev.flinkreranker.job.tenants.TenantsCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/**
 * The command line of the job, as its image has it: {@code ./rerank COMMAND}. Results go to
 * standard output, all else to standard error. A checkout's has the workbench's commands too.
 */
@Command(
        name = "./rerank",
        mixinStandardHelpOptions = true,
        versionProvider = ReleaseVersion.class,
        description =
                "Reranking as a stream: cross-encoders and LLM rerankers inside Apache Flink.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the run found what it was asked to fail on",
            "2:bad input or usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank stream --config rerank.yaml --check",
            "  ./rerank tenants put acme.yaml --config rerank.yaml",
            "  ./rerank dead-letters list --config rerank.yaml"
        },
        subcommands = {
            StreamCommand.class,
            TenantsCommand.class,
            DeadLettersCommand.class,
            SchemaCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Rerank {

    private static final int BAD_INPUT = 2;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Print the stack trace of an error too.")
    private boolean debug;

    private Rerank() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command line, ready to execute. */
    public static CommandLine commandLine() {
        Rerank rerank = new Rerank();
        return new CommandLine(rerank)
                .setOut(new PrintWriter(System.out, false, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Rerank::wrongUsage)
                .setExecutionExceptionHandler(rerank::failed);
    }

    private static int wrongUsage(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        command.getErr()
                .printf(
                        "%s; see '%s --help'%n",
                        oneLine(e.getMessage()), command.getCommandSpec().qualifiedName());
        return BAD_INPUT;
    }

    private int failed(Exception e, CommandLine command, ParseResult parsed) {
        command.getOut().flush();
        command.getErr().println("error: " + describe(e));
        if (debug) {
            e.printStackTrace(command.getErr());
        }
        return BAD_INPUT;
    }

    private static String describe(Exception e) {
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + ": does not exist";
        }
        if (e instanceof AccessDeniedException denied) {
            return denied.getFile() + ": may not be read or written";
        }
        return e.getMessage() == null ? e.toString() : oneLine(e.getMessage());
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
