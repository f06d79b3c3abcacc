package dev.flinkreranker.tests.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.runtime.rpc.AddressResolution;
import org.apache.flink.runtime.rpc.RpcSystem;
import org.apache.flink.runtime.rpc.RpcSystemLoader;

/**
 * Gives all local clusters of a JVM one copy of Flink's RPC. By itself each of them unpacks it and
 * loads its classes anew, which takes longer than the rest of its start. Flink finds this by its
 * name in {@code META-INF/services}.
 */
public final class SharedRpcSystemLoader implements RpcSystemLoader {

    private static RpcSystem shared;

    /** Before Flink's own: the least comes first. */
    @Override
    public int getLoadPriority() {
        return -1;
    }

    @Override
    public RpcSystem loadRpcSystem(Configuration configuration) {
        synchronized (SharedRpcSystemLoader.class) {
            if (shared == null) {
                shared = load();
            }
            return new Unclosed(shared);
        }
    }

    /** Flink's own, unpacked to a folder that outlives every test. */
    private static RpcSystem load() {
        try {
            Path folder = Files.createTempDirectory("reranker-rpc-");
            Configuration configuration = new Configuration();
            configuration.set(CoreOptions.TMP_DIRS, folder.toString());
            RpcSystem system =
                    ServiceLoader.load(RpcSystemLoader.class).stream()
                            .filter(loader -> loader.type() != SharedRpcSystemLoader.class)
                            .map(ServiceLoader.Provider::get)
                            .min(Comparator.comparingInt(RpcSystemLoader::getLoadPriority))
                            .orElseThrow()
                            .loadRpcSystem(configuration);
            // In the reverse order: the files before their folder.
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted().map(Path::toFile).forEach(File::deleteOnExit);
            }
            return system;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A cluster that ends closes what it loaded, which others still use. */
    private record Unclosed(RpcSystem system) implements RpcSystem {

        @Override
        public RpcServiceBuilder localServiceBuilder(Configuration configuration) {
            return system.localServiceBuilder(configuration);
        }

        @Override
        public RpcServiceBuilder remoteServiceBuilder(
                Configuration configuration, String externalAddress, String externalPortRange) {
            return system.remoteServiceBuilder(configuration, externalAddress, externalPortRange);
        }

        @Override
        public String getRpcUrl(
                String hostname,
                int port,
                String endpointName,
                AddressResolution addressResolution,
                Configuration configuration)
                throws UnknownHostException {
            return system.getRpcUrl(hostname, port, endpointName, addressResolution, configuration);
        }

        @Override
        public InetSocketAddress getInetSocketAddressFromRpcUrl(String url) throws Exception {
            return system.getInetSocketAddressFromRpcUrl(url);
        }

        @Override
        public long getMaximumMessageSizeInBytes(Configuration configuration) {
            return system.getMaximumMessageSizeInBytes(configuration);
        }
    }
}
