package dev.flinkreranker.job.tenants;

import dev.flinkreranker.operators.tenant.TenantRecords;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks configs as the job would, without a broker. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Check configs as the job would; no broker is asked.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all are good", "2:one is not; bad usage"})
final class ValidateCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private JobOptions options;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "A tenant's config, YAML or JSON, named after the tenant: acme.yaml.")
    private List<Path> paths;

    @Option(
            names = "--tenant",
            paramLabel = "ID",
            description = "The tenant, where the file is not named after it.")
    private String tenant;

    @Override
    public Integer call() throws IOException {
        TenantRecords records = options.read().tenantRecords();
        PrintWriter out = spec.commandLine().getOut();
        for (TenantFile file : TenantFile.read(paths, tenant)) {
            // Without one, put gives it the next version.
            (file.hasVersion() ? file : file.withVersion(1)).check(records, null);
            out.printf("%s: good, for tenant %s%n", file.path(), file.tenant());
        }
        out.flush();
        return 0;
    }
}
