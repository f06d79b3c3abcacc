package dev.flinkreranker.job.tenants;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.operators.tenant.TenantRecords;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the tenants that have a config on the topic. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the tenants that have a config on the topic, with its version.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad input or usage"})
final class ListCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private JobOptions options;

    @Option(names = "--json", description = "Print one JSON object a line, with the config.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (TenantTopic topic = options.open()) {
            TenantLog log = topic.read();
            PrintWriter out = spec.commandLine().getOut();
            TextTable table = new TextTable("tenant", "version", "model", "written", "offset");
            log.present()
                    .forEach(
                            (tenant, change) -> {
                                ObjectNode config = TenantRecords.stored(change.update().config());
                                Instant written = Instant.ofEpochMilli(change.record().timestamp());
                                if (json) {
                                    out.println(
                                            config.objectNode()
                                                    .put("tenant", tenant)
                                                    .put("written", written.toString())
                                                    .put("offset", change.record().offset())
                                                    .set("config", config));
                                } else {
                                    table.row(
                                            tenant,
                                            config.path("version").asText(),
                                            config.path("model").asText("(default)"),
                                            written.toString(),
                                            Long.toString(change.record().offset()));
                                }
                            });
            if (!json) {
                out.print(table);
            }
            out.flush();
            return 0;
        }
    }
}
