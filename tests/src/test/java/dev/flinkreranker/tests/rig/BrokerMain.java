package dev.flinkreranker.tests.rig;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** Runs a Kafka broker and controller until it is told to end; formats its storage at first. */
final class BrokerMain {

    private BrokerMain() {}

    /**
     * @param arguments the broker's properties file, then SCRAM credentials to format it with
     */
    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
            properties.load(in);
        }
        format(properties, List.of(arguments).subList(1, arguments.length));
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop"));
        server.startup();
        server.awaitShutdown();
    }

    private static void format(Properties properties, List<String> scram) throws Exception {
        String data = properties.getProperty("log.dirs");
        if (Files.exists(Path.of(data, "meta.properties"))) {
            return;
        }
        Formatter formatter =
                new Formatter()
                        .setPrintStream(System.out)
                        .setClusterId(Uuid.randomUuid().toString())
                        .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
                        .setControllerListenerName(
                                properties.getProperty("controller.listener.names"))
                        .setDirectories(List.of(data))
                        .setMetadataLogDirectory(data)
                        .setScramArguments(scram);
        formatter.run();
    }
}
