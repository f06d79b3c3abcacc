package dev.flinkreranker.job.tenants;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.tenant.TenantConfig;
import dev.flinkreranker.operators.tenant.TenantRecords;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes configs that the job would take. */
@Command(
        name = "put",
        mixinStandardHelpOptions = true,
        description = {
            "Write configs to the topic, all of the files or none; running jobs take them at once.",
            "What the job would refuse is refused here. A file without a version gets the next one;",
            "a version must be above the present one. What is there already is not written again."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the configs are there",
            "1:somebody else changed the topic meanwhile; nothing was written",
            "2:the job would refuse one; bad input or usage"
        })
final class PutCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private JobOptions options;

    @Mixin private FileOptions files;

    @Option(names = "--create", description = "Create the topic, compacted, if it is not there.")
    private boolean create;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<TenantFile> wanted = files.read();
        PrintWriter err = spec.commandLine().getErr();
        try (TenantTopic topic = options.open()) {
            topic.job().unread().forEach(err::println);
            if (create) {
                topic.create();
            }
            topic.check();
            List<String> report = new ArrayList<>();
            if (!new TenantWriter(topic, err)
                    .write(log -> values(topic.job(), wanted, log, report))) {
                err.println(TenantWriter.INTERRUPTED);
                return 1;
            }
            PrintWriter out = spec.commandLine().getOut();
            report.forEach(out::println);
            out.flush();
            return 0;
        }
    }

    private static Map<byte[], byte @Nullable []> values(
            JobConfig job, List<TenantFile> files, TenantLog log, List<String> report) {
        TenantRecords records = job.tenantRecords();
        Map<String, TenantConfig> filed = job.directory().tenants();
        Map<byte[], byte @Nullable []> values = new LinkedHashMap<>();
        for (TenantFile file : files) {
            String present = log.config(file.tenant());
            TenantFile next = file.hasVersion() ? file : next(file, log, filed);
            String name = "%s: version %s".formatted(file.tenant(), next.fields().get("version"));
            if (next.check(records, present).isEmpty()) {
                report.add(name + " is there already");
            } else {
                checkAbove(log.heldVersion(file.tenant()), next);
                values.put(next.key(), next.value());
                report.add(
                        present == null
                                ? name
                                : name + " replaces version " + TenantLog.version(present));
            }
        }
        return values;
    }

    /** A job whose former file let a config pass holds it still, and would refuse this version. */
    private static void checkAbove(long held, TenantFile file) {
        long version = file.fields().get(TenantRecords.VERSION).longValue();
        if (version <= held) {
            throw new InvalidConfigException(
                    ("%s: version %d is not above %d, which the topic has and a running job may hold,"
                                    + " though the job's present file refuses it")
                            .formatted(file.path(), version, held));
        }
    }

    /** Above all that the tenant has had, the job's file included: results tell versions. */
    private static TenantFile next(
            TenantFile file, TenantLog log, Map<String, TenantConfig> filed) {
        String tenant = file.tenant();
        String present = log.config(tenant);
        if (present != null && file.sameAs(present)) {
            return file.withVersion(TenantLog.version(present));
        }
        long inFile = filed.containsKey(tenant) ? filed.get(tenant).version() : 0;
        long last = Math.max(inFile, log.lastVersion(tenant));
        if (last == Long.MAX_VALUE) {
            throw new InvalidConfigException(
                    "%s: %s has version %d, after which none comes; delete its config, then put this one with a version"
                            .formatted(file.path(), tenant, last));
        }
        return file.withVersion(last + 1);
    }
}
