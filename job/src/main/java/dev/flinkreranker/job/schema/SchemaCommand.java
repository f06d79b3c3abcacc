package dev.flinkreranker.job.schema;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a schema. */
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = "Print the JSON schema (draft 2020-12) of what is on the wire.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad usage"},
        footerHeading = "%nExamples:%n",
        footer = "  ./rerank schema request")
public final class SchemaCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "request, result, dead-letter, usage or tenant.")
    private String name;

    @Override
    public Integer call() {
        WireSchema schema =
                Arrays.stream(WireSchema.values())
                        .filter(one -> one.id().equals(name))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "there is no schema \"%s\"; there are %s"
                                                        .formatted(name, names())));
        spec.commandLine().getOut().print(schema.text());
        spec.commandLine().getOut().flush();
        return 0;
    }

    private static String names() {
        return Arrays.stream(WireSchema.values())
                .map(WireSchema::id)
                .collect(Collectors.joining(", "));
    }
}
