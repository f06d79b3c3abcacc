package dev.flinkreranker.job.tenants;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Deletes a tenant's config. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = {
            "Delete a tenant's config from the topic.",
            "Its requests get the config of the job's file again, or what unknown_tenant says.",
            "A config that the job's present file makes wrong is deleted too: a running job holds it."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it is deleted",
            "1:the tenant has none; somebody else changed the topic meanwhile",
            "2:bad input or usage"
        })
final class DeleteCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private JobOptions options;

    @Parameters(paramLabel = "TENANT", description = "The tenant's id.")
    private String tenant;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (TenantTopic topic = options.open()) {
            topic.check();
            boolean[] there = {false};
            boolean written =
                    new TenantWriter(topic, spec.commandLine().getErr())
                            .write(
                                    log -> {
                                        there[0] = log.mayHold(tenant);
                                        return there[0] ? tombstone() : Map.of();
                                    });
            if (!written) {
                spec.commandLine().getErr().println(TenantWriter.INTERRUPTED);
                return 1;
            }
            if (!there[0]) {
                spec.commandLine()
                        .getErr()
                        .printf("%s has no config on topic %s%n", tenant, topic.name());
                return 1;
            }
            spec.commandLine().getOut().println(tenant + ": deleted");
            spec.commandLine().getOut().flush();
            return 0;
        }
    }

    private Map<byte[], byte @Nullable []> tombstone() {
        return Collections.singletonMap(tenant.getBytes(StandardCharsets.UTF_8), null);
    }
}
