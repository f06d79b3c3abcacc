package dev.flinkreranker.job.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The release that this was built as, which the build writes into a resource. */
final class ReleaseVersion implements IVersionProvider {

    private static final String RESOURCE = "release.properties";

    @Override
    public String[] getVersion() throws IOException {
        Properties release = new Properties();
        try (InputStream in = ReleaseVersion.class.getResourceAsStream(RESOURCE)) {
            release.load(in);
        }
        return new String[] {"flink-reranker " + release.getProperty("version")};
    }
}
