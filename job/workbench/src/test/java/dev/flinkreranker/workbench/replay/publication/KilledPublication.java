package dev.flinkreranker.workbench.replay.publication;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A publication in a process of its own, in transactions small enough to be killed between. */
final class KilledPublication {
    static final int BATCH = 3;

    private KilledPublication() {}

    /** Takes brokers, topic, directory, how many requests there are, and the result files. */
    public static void main(String[] arguments) throws Exception {
        Map<String, Path> results = new LinkedHashMap<>();
        for (int i = 4; i < arguments.length; i++) {
            results.put("configuration-" + (i - 4), Path.of(arguments[i]));
        }
        new Publication(
                        Map.of("bootstrap.servers", arguments[0]),
                        arguments[1],
                        Path.of(arguments[2]),
                        BATCH)
                .publish(results, Long.parseLong(arguments[3]));
    }
}
