package dev.flinkreranker.job.tenants;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.operators.tenant.TenantRecords;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a tenant's config. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = "Print a tenant's config as JSON, as the topic has it; put takes it back.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:the tenant has none", "2:bad input or usage"})
final class GetCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private JobOptions options;

    @Parameters(paramLabel = "TENANT", description = "The tenant's id.")
    private String tenant;

    @Option(names = "--json", description = "Print it on one line.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (TenantTopic topic = options.open()) {
            TenantLog log = topic.read();
            String config = log.config(tenant);
            if (config == null) {
                spec.commandLine()
                        .getErr()
                        .printf(
                                "%s has no config on topic %s%s%n",
                                tenant, topic.name(), instead(log, topic.job()));
                return 1;
            }
            spec.commandLine()
                    .getOut()
                    .println(json ? config : TenantRecords.stored(config).toPrettyString());
            spec.commandLine().getOut().flush();
            return 0;
        }
    }

    private String instead(TenantLog log, JobConfig job) {
        if (log.mayHold(tenant)) {
            return " that is good with the job's present file: 'tenants history' tells why";
        }
        return job.directory().tenants().containsKey(tenant)
                ? "; it has the one of the job's file"
                : "";
    }
}
