package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.local.LocalBroker;
import dev.flinkreranker.local.LocalFlink;
import dev.flinkreranker.local.WorkDirectory;
import dev.flinkreranker.workbench.dataset.DataSet;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.ScoredPassage;
import dev.flinkreranker.workbench.stream.StreamTopics;
import dev.flinkreranker.workbench.terminal.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The whole product in one process: a Kafka broker, a Flink cluster, the stream job between them,
 * real claims with their first stage in, ranked claims out, and what it brought in figures.
 */
final class Demo {

    private static final int PARTITIONS = 2;

    /** How long the first record may take: the job starts, and loads its model. */
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(5);

    private final DemoPlan plan;
    private final SortedMap<Integer, DepthCost> costs;
    private final DemoJob job;
    private final Duration patience;
    private final PrintWriter out;
    private final PrintWriter err;

    /**
     * A demo that has not started.
     *
     * @param costs of a pair as long as may be, by number of layers; the depths that the job
     *     scores, the last being the one it ranks by
     * @param patience without anything new for so long after the first record, what is missing
     *     counts as lost
     * @param out for what was found
     * @param err for what is going on
     */
    Demo(
            DemoPlan plan,
            SortedMap<Integer, DepthCost> costs,
            DemoJob job,
            Duration patience,
            PrintWriter out,
            PrintWriter err) {
        this.plan = plan;
        this.costs = new TreeMap<>(costs);
        this.job = job;
        this.patience = patience;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs it to its end and cleans up, also when interrupted.
     *
     * @throws IOException when the data, the model, the broker or the job fails
     */
    DemoOutcome run() throws IOException, InterruptedException {
        DataSet data = DataSet.read(plan.data());
        List<DemoEvent> events = DemoEvents.of(data, plan.queries(), plan.candidates());
        try (LocalBroker broker = LocalBroker.start();
                WorkDirectory directory = new WorkDirectory()) {
            StreamTopics topics = new StreamTopics(broker.bootstrapServers());
            say("Kafka broker at %s", topics.bootstrapServers());
            broker.createTopics(
                    PARTITIONS, topics.requests(), topics.results(), topics.deadLetters());
            EventSender.send(topics, events);
            say("sent %d events to %s", events.size(), topics.requests());
            try (OutputReader reader =
                            new OutputReader(
                                    topics.bootstrapServers(),
                                    topics.results(),
                                    topics.deadLetters());
                    LocalFlink flink = new LocalFlink(PARTITIONS, directory.path())) {
                say("local Flink cluster is up; the job starts");
                long start = System.nanoTime();
                JobID id = flink.submit(job.graph(topics, directory.path()));
                long end = collect(flink, id, reader, events.size());
                flink.cancel(id);
                reader.drain();
                return report(data, events, reader, Duration.ofNanos(end - start));
            }
        } catch (RuntimeException e) {
            // Clients wrap an interrupt in exceptions of their own, and set the flag once more.
            if (ExceptionUtils.findThrowable(e, InterruptedException.class).isPresent()
                    || e instanceof InterruptException) {
                Thread.interrupted();
                throw new InterruptedException("interrupted");
            }
            throw e;
        }
    }

    /** Reads until everything has come, and returns when the last record did. */
    private long collect(LocalFlink flink, JobID id, OutputReader reader, int expected)
            throws IOException, InterruptedException {
        long last = System.nanoTime();
        int seen = 0;
        try (Progress progress = Progress.start("Reranking", " events", expected)) {
            while (seen < expected
                    && System.nanoTime() - last
                            < (seen == 0 ? STARTS_WITHIN : patience).toNanos()) {
                reader.poll();
                int now = reader.results().size() + reader.deadLetters().size();
                if (now > seen) {
                    seen = now;
                    last = System.nanoTime();
                    progress.done(seen);
                } else if (flink.status(id) == JobStatus.FAILED) {
                    throw new IOException("the job failed: " + flink.failure(id));
                }
            }
        }
        return last;
    }

    private DemoOutcome report(
            DataSet data, List<DemoEvent> events, OutputReader reader, Duration took) {
        DemoReport report = new DemoReport(data, firstStage(data, events));
        Map<String, DemoResult> results = reader.results();
        Run reranked = report.run(costs.lastKey(), results);

        out.println(report.beforeAndAfter(reranked));
        out.println(DemoReport.deadLetters(reader.deadLetters()));
        out.println(report.quality(costs, plan.maxLength(), results));
        out.flush();

        Set<String> rejected =
                reader.deadLetters().stream().map(RejectedEvent::key).collect(Collectors.toSet());
        long lost =
                events.stream()
                        .filter(
                                event ->
                                        !results.containsKey(event.requestId())
                                                && !rejected.contains(event.requestId()))
                        .count();
        long bad = events.stream().filter(DemoEvent::isBad).count();
        long pairs = results.values().stream().mapToLong(DemoResult::pairs).sum();
        return new DemoOutcome(
                events.size() - Math.toIntExact(bad),
                results.size(),
                Math.toIntExact(results.values().stream().filter(DemoResult::isUnranked).count()),
                Math.toIntExact(lost),
                reader.duplicates(),
                reader.deadLetters().size(),
                Math.toIntExact(bad),
                report.evaluate(report.firstStage()).mean(DemoReport.NDCG),
                report.evaluate(reranked).mean(DemoReport.NDCG),
                pairs / (took.toNanos() / 1e9));
    }

    /** The first stage as the requests carried it. */
    private Run firstStage(DataSet data, List<DemoEvent> events) {
        Set<String> sent = events.stream().map(DemoEvent::requestId).collect(Collectors.toSet());
        Map<String, List<ScoredPassage>> rankings = new LinkedHashMap<>();
        for (String query : data.queries().keySet()) {
            if (sent.contains(DemoEvents.requestId(query))) {
                List<ScoredPassage> ranking = data.firstStage().ranking(query);
                rankings.put(
                        query, ranking.subList(0, Math.min(plan.candidates(), ranking.size())));
            }
        }
        return new Run(data.firstStage().tag(), rankings);
    }

    private void say(String format, Object... arguments) {
        err.println(format.formatted(arguments));
        err.flush();
    }
}
