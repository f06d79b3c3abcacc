package dev.flinkreranker.job.tenants;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.operators.tenant.TenantRecords;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin private FileOptions files;

    @Override
    public Integer call() throws IOException {
        JobConfig job = options.read();
        job.unread().forEach(spec.commandLine().getErr()::println);
        TenantRecords records = job.tenantRecords();
        PrintWriter out = spec.commandLine().getOut();
        for (TenantFile file : files.read()) {
            // Without one, put gives it the next version.
            (file.hasVersion() ? file : file.withVersion(1)).check(records, null);
            out.printf("%s: good, for tenant %s%n", file.path(), file.tenant());
        }
        out.flush();
        return 0;
    }
}
