package dev.flinkreranker.job.tenants;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.operators.tenant.TenantRecords;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what became of every record of a tenant. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = {
            "Tell what a job of the present file makes of every record of a tenant, in their order.",
            "A running job may hold one that is refused here, if a former file let it pass.",
            "Compaction removes old ones in time."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:there is no record of the tenant", "2:bad input or usage"})
final class HistoryCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private JobOptions options;

    @Parameters(paramLabel = "TENANT", description = "The tenant's id.")
    private String tenant;

    @Option(names = "--json", description = "Print one JSON object a line, with the config.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (TenantTopic topic = options.open()) {
            List<TenantChange> changes = topic.read().changes(tenant);
            if (changes.isEmpty()) {
                spec.commandLine()
                        .getErr()
                        .printf("%s has no record on topic %s%n", tenant, topic.name());
                return 1;
            }
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                changes.forEach(change -> out.println(json(change)));
            } else {
                TextTable table = new TextTable("written", "offset", "version", "outcome");
                changes.forEach(change -> row(table, change));
                out.print(table);
            }
            out.flush();
            return 0;
        }
    }

    private static void row(TextTable table, TenantChange change) {
        table.row(
                written(change),
                Long.toString(change.record().offset()),
                change.isConfig() ? Long.toString(TenantLog.version(change.update().config())) : "",
                change.outcome() + (change.refusal() == null ? "" : ": " + change.refusal()));
    }

    private static ObjectNode json(TenantChange change) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("written", written(change));
        line.put("offset", change.record().offset());
        line.put("outcome", change.outcome());
        if (change.refusal() != null) {
            line.put("refusal", change.refusal());
        }
        if (change.isConfig()) {
            line.set("config", TenantRecords.stored(change.update().config()));
        }
        return line;
    }

    private static String written(TenantChange change) {
        return Instant.ofEpochMilli(change.record().timestamp()).toString();
    }
}
