package dev.flinkreranker.tests.upgrade;

import static dev.flinkreranker.tests.support.Json.json;

import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.stream.StreamFixture;
import dev.flinkreranker.tests.upgrade.KafkaContent.Event;
import dev.flinkreranker.tests.upgrade.KafkaContent.OpenTransaction;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Takes a savepoint of the job as it is now: some requests answered in open transactions, some
 * under way in the rerank operator, one dead letter.
 */
@Command(
        name = "savepoint",
        mixinStandardHelpOptions = true,
        description = "Takes the savepoint that later versions are tested to restore.")
public final class SavepointCommand implements Callable<Integer> {

    /** The key of the request that becomes a dead letter. */
    static final String BROKEN = "broken";

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final int PARTITIONS = 3;
    private static final int ANSWERED = 8;
    private static final int UNDER_WAY = 6;

    /** No checkpoint before the savepoint: it would commit what the savepoint shall. */
    private static final Duration NO_CHECKPOINTS = Duration.ofMinutes(9);

    @Parameters(paramLabel = "VERSION", description = "The version being released, such as 0.1.0.")
    private String version;

    private SavepointCommand() {}

    /** Runs and exits. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SavepointCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Savepoint kept = new Savepoint(Savepoint.HOME.resolve(version));
        if (Files.exists(kept.directory())) {
            System.err.println(kept.directory() + " exists; a kept savepoint is never replaced");
            return 2;
        }
        try (LocalBroker broker = LocalBroker.start()) {
            UpgradeJob job = UpgradeJob.on(broker);
            List<Event> answered = events(job, 0, ANSWERED, "");
            answered.add(
                    new Event(
                            job.topics().requests(),
                            0,
                            BROKEN,
                            json("{'request_id': 'broken'"),
                            Map.of()));
            send(job, answered);
            JobClient client = job.start(2, 100, NO_CHECKPOINTS, "", null);
            Eventually.holds(
                    "requests are answered",
                    PATIENCE,
                    () -> written(job).size() == answered.size());
            HeldScorer.hold();
            List<Event> held = events(job, ANSWERED, ANSWERED + UNDER_WAY, " " + HeldScorer.HOLD);
            send(job, held);
            Eventually.holds(
                    "requests are under way", PATIENCE, () -> HeldScorer.held() == UNDER_WAY);
            Path metadata = savepoint(client);
            List<OpenTransaction> transactions = OpenTransactions.read(broker, written(job));
            HeldScorer.letGo();
            client.cancel().get();
            answered.addAll(held);
            kept.write(metadata, new KafkaContent(answered, transactions), StateContract.now());
        }
        System.out.println("kept " + kept.directory());
        return 0;
    }

    private static Path savepoint(JobClient client) throws Exception {
        Path directory = Files.createTempDirectory("savepoint-");
        String location =
                client.triggerSavepoint(directory.toUri().toString(), SavepointFormatType.CANONICAL)
                        .get();
        try (Stream<Path> files = Files.list(Path.of(URI.create(location)))) {
            List<Path> all = files.toList();
            if (all.size() != 1) {
                throw new IllegalStateException("more than _metadata, so not small: " + all);
            }
            return all.get(0);
        }
    }

    private static void send(UpgradeJob job, List<Event> events) throws Exception {
        job.topics().send(events.stream().map(Event::record).toList());
    }

    private static List<Event> events(UpgradeJob job, int from, int to, String passageEnd) {
        return new ArrayList<>(
                IntStream.range(from, to)
                        .mapToObj(i -> event(job.topics(), "r" + i, passageEnd))
                        .toList());
    }

    /** A request of one passage, in a partition that its id decides. */
    static Event event(StreamFixture topics, String id, String passageEnd) {
        return new Event(
                topics.requests(),
                Math.floorMod(id.hashCode(), PARTITIONS),
                id,
                json("{'request_id': '%1$s', 'tenant': 'acme', 'query': 'query of %1$s', 'documents': ['passage of %1$s%2$s']}")
                        .formatted(id, passageEnd),
                Map.of());
    }

    private static List<Event> written(UpgradeJob job) {
        return Stream.of(job.topics().results(), job.topics().deadLetters())
                .flatMap(topic -> job.topics().uncommitted(topic).stream())
                .map(Event::of)
                .toList();
    }
}
