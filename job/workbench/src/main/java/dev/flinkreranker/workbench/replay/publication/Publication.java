package dev.flinkreranker.workbench.replay.publication;

import dev.flinkreranker.workbench.terminal.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Writes the results of a replay to a topic, in their order and each exactly once, however often
 * the process is killed and started again: how many are written is committed in the very
 * transaction that writes them, as the offset of a group of the publication's own. A transaction
 * that a killed process left open is ended before anything else.
 *
 * <p>Not a sink of the scoring job, whose transactions would lapse when a killed replay is taken up
 * again later than the broker's timeout.
 *
 * @param kafka properties of the clients, {@code bootstrap.servers} among them
 * @param topic where to; it must exist
 * @param directory where the publication's id is kept; it must exist
 * @param batch most records of a transaction, at least 1
 */
public record Publication(Map<String, String> kafka, String topic, Path directory, int batch) {

    /** Header with the name of the configuration behind a result. */
    public static final String CONFIGURATION = "rerank.configuration";

    /** Header with the publication's id, which tells two replays into one topic apart. */
    public static final String REPLAY = "rerank.replay";

    /** What transactional id and group begin with, for access rules. */
    public static final String PREFIX = "rerank-replay-";

    /** Records of a transaction unless said otherwise: some megabytes. */
    public static final int DEFAULT_BATCH = 500;

    /**
     * Makes sure that there is such a topic, before hours of scoring.
     *
     * @throws IOException saying what is wrong
     */
    public void check() throws IOException {
        try (Admin admin = Admin.create(properties())) {
            admin.describeTopics(List.of(topic)).allTopicNames().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UnknownTopicOrPartitionException
                    ? new IOException("there is no topic " + topic)
                    : failed(e.getCause());
        } catch (KafkaException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Writes what is not written yet, file by file.
     *
     * @param results files with a result in each line, by the name of their configuration
     * @param requests how many lines a file has at most
     * @return how many records this call has written
     * @throws IOException when the topic does not take them; a later call goes on from there
     */
    public long publish(Map<String, Path> results, long requests) throws IOException {
        try {
            Path kept = directory.resolve("published-%s@%s".formatted(topic, cluster()));
            boolean begun = Files.exists(kept);
            String id = begun ? Files.readString(kept) : UUID.randomUUID().toString();
            try (Publisher publisher = new Publisher(properties(), topic, id);
                    ResultLines lines = ResultLines.open(results);
                    Progress progress =
                            Progress.start("publish", " results", requests * results.size())) {
                if (!begun) {
                    // Only an id that the broker knows of is kept: a missing count is a lost one.
                    publisher.commit(0);
                    keep(id, kept);
                }
                long before = publisher.committed();
                long written = before;
                lines.skip(before);
                progress.done(before);
                for (int sent = publisher.send(lines, batch);
                        sent > 0;
                        sent = publisher.send(lines, batch)) {
                    written += sent;
                    publisher.commit(written);
                    progress.done(written);
                }
                return written - before;
            }
        } catch (ExecutionException e) {
            throw failed(e.getCause());
        } catch (KafkaException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private String cluster() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(properties())) {
            return admin.describeCluster().clusterId().get();
        }
    }

    private static void keep(String id, Path file) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.writeString(unfinished, id);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.putAll(kafka);
        return properties;
    }

    private IOException failed(Throwable cause) {
        String message = cause.getMessage();
        return new IOException(
                "topic %s: %s; the same command goes on from the last committed result"
                        .formatted(topic, message == null ? cause.toString() : message),
                cause);
    }

    private IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return failed(e);
    }
}
