package dev.flinkreranker.workbench.stream;

/**
 * Where the job reads and writes.
 *
 * @param bootstrapServers {@code host:port} of the broker
 * @param requests topic of the requests
 * @param results topic of the results
 * @param deadLetters topic of the dead letters
 */
public record StreamTopics(
        String bootstrapServers, String requests, String results, String deadLetters) {

    /** Under their usual names. */
    public StreamTopics(String bootstrapServers) {
        this(bootstrapServers, "rerank-requests", "rerank-results", "rerank-dead-letters");
    }
}
