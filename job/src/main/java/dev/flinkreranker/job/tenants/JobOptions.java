package dev.flinkreranker.job.tenants;

import dev.flinkreranker.job.config.JobConfig;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.operators.config.InvalidConfigException;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which job's tenants are meant. */
final class JobOptions {

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The job's configuration: topic, Kafka properties, models, defaults.")
    private Path config;

    JobConfig read() throws IOException {
        return JobConfigReader.read(config);
    }

    /** The topic of the job's tenants; the caller closes it. */
    TenantTopic open() throws IOException {
        JobConfig job = read();
        if (job.tenantConfigs() == null) {
            throw new InvalidConfigException(
                    config + ": tenant_configs is missing: the job takes no configs from a topic");
        }
        return TenantTopic.open(job);
    }
}
