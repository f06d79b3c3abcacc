package dev.flinkreranker.workbench.demo;

/**
 * Where the job reads and writes.
 *
 * @param bootstrapServers {@code host:port} of the broker
 * @param requests topic of the requests
 * @param results topic of the results
 * @param deadLetters topic of the dead letters
 */
record DemoTopics(String bootstrapServers, String requests, String results, String deadLetters) {

    DemoTopics(String bootstrapServers) {
        this(bootstrapServers, "rerank-requests", "rerank-results", "rerank-dead-letters");
    }
}
