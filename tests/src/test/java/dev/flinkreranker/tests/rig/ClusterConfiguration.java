package dev.flinkreranker.tests.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The configuration of a cluster and of its ZooKeeper, all on loopback, all files in one folder.
 *
 * @param directory for configuration, logs and state
 * @param restPort of the JobManager's REST interface
 * @param rpcPort of the JobManager
 * @param zooKeeperPort of ZooKeeper
 */
record ClusterConfiguration(Path directory, int restPort, int rpcPort, int zooKeeperPort) {

    /** The folder that Flink reads. */
    Path folder() {
        return directory.resolve("conf");
    }

    /** ZooKeeper's file. */
    Path zooKeeper() {
        return folder().resolve("zoo.cfg");
    }

    /**
     * Writes all files.
     *
     * @param options of Flink, over the rig's own
     */
    void write(Map<String, String> options) throws IOException {
        Files.createDirectories(folder());
        Files.createDirectories(directory.resolve("tmp"));
        Map<String, String> config = new TreeMap<>(own());
        config.putAll(options);
        StringBuilder yaml = new StringBuilder();
        config.forEach(
                (key, value) -> yaml.append(key).append(": \"").append(value).append("\"\n"));
        Files.writeString(folder().resolve("config.yaml"), yaml);
        Files.writeString(
                zooKeeper(),
                """
                tickTime=500
                dataDir=%s
                clientPort=%d
                clientPortAddress=127.0.0.1
                admin.enableServer=false
                """
                        .formatted(directory.resolve("zookeeper"), zooKeeperPort));
    }

    private Map<String, String> own() {
        return Map.ofEntries(
                Map.entry("jobmanager.rpc.address", "127.0.0.1"),
                Map.entry("jobmanager.rpc.port", Integer.toString(rpcPort)),
                Map.entry("jobmanager.bind-host", "127.0.0.1"),
                Map.entry("jobmanager.memory.process.size", "800m"),
                Map.entry("jobmanager.execution.failover-strategy", "region"),
                Map.entry("taskmanager.host", "127.0.0.1"),
                Map.entry("taskmanager.bind-host", "127.0.0.1"),
                Map.entry("taskmanager.numberOfTaskSlots", "2"),
                // Every TaskManager has some of the work, so whichever dies is missed.
                Map.entry("taskmanager.load-balance.mode", "SLOTS"),
                Map.entry("taskmanager.memory.process.size", "1800m"),
                Map.entry("taskmanager.memory.managed.size", "0b"),
                Map.entry("taskmanager.memory.network.min", "32m"),
                Map.entry("taskmanager.memory.network.max", "32m"),
                Map.entry("taskmanager.network.memory.buffer-debloat.enabled", "true"),
                Map.entry("taskmanager.memory.jvm-overhead.min", "600m"),
                Map.entry("taskmanager.memory.jvm-overhead.max", "600m"),
                Map.entry("rest.address", "127.0.0.1"),
                Map.entry("rest.bind-address", "127.0.0.1"),
                Map.entry("rest.bind-port", Integer.toString(restPort)),
                Map.entry("rest.port", Integer.toString(restPort)),
                Map.entry("high-availability.type", "zookeeper"),
                Map.entry("high-availability.storageDir", uri("ha")),
                Map.entry("high-availability.zookeeper.quorum", "127.0.0.1:" + zooKeeperPort),
                Map.entry("high-availability.zookeeper.client.session-timeout", "10 s"),
                Map.entry("high-availability.jobmanager.port", Integer.toString(rpcPort)),
                Map.entry("execution.checkpointing.dir", uri("checkpoints")),
                Map.entry("execution.checkpointing.savepoint-dir", uri("savepoints")),
                Map.entry(
                        "execution.checkpointing.externalized-checkpoint-retention",
                        "RETAIN_ON_CANCELLATION"),
                Map.entry("state.backend.type", "hashmap"),
                Map.entry("restart-strategy.type", "fixed-delay"),
                Map.entry("restart-strategy.fixed-delay.attempts", "1000000"),
                Map.entry("restart-strategy.fixed-delay.delay", "500 ms"),
                Map.entry("heartbeat.interval", "1 s"),
                Map.entry("heartbeat.timeout", "8 s"),
                Map.entry("cluster.registration.error-delay", "500 ms"),
                Map.entry("cluster.registration.refused-registration-delay", "500 ms"),
                Map.entry(
                        "classloader.parent-first-patterns.additional",
                        "ai.djl.;com.sun.jna.;dev.flinkreranker.runtime."),
                Map.entry("io.tmp.dirs", directory.resolve("tmp").toString()));
    }

    private String uri(String name) {
        return directory.resolve(name).toUri().toString();
    }
}
