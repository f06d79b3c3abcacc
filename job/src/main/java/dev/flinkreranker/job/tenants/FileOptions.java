package dev.flinkreranker.job.tenants;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which configs are meant. */
final class FileOptions {

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "A tenant's config, YAML or JSON, named after the tenant: acme.yaml.")
    private List<Path> paths;

    @Option(
            names = "--tenant",
            paramLabel = "ID",
            description = "The tenant, where the file is not named after it.")
    private @Nullable String tenant;

    List<TenantFile> read() throws IOException {
        return TenantFile.read(paths, tenant);
    }
}
