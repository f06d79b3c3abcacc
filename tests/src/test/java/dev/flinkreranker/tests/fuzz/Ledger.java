package dev.flinkreranker.tests.fuzz;

import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Books every record that leaves the job under the event it came from, and looks into it. */
final class Ledger {

    private final long seed;
    private final AtomicIntegerArray records;
    private final ConcurrentMap<String, Integer> outcomes = new ConcurrentHashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    Ledger(long seed, int events) {
        this.seed = seed;
        this.records = new AtomicIntegerArray(events);
    }

    void result(OutgoingRecord record) {
        int number = Integer.parseInt(header(record, FuzzedEvents.NUMBER));
        RawEvent event = FuzzedEvents.of(seed, number);
        RankedResult result;
        try {
            result = ResultCodec.decode(record.value());
        } catch (IOException e) {
            faults.add(number + ": the result cannot be read: " + e.getMessage());
            return;
        }
        book(number, "result " + result.status());
        check(number, Arrays.equals(event.key(), record.key()), "another key");
        float last = Float.POSITIVE_INFINITY;
        for (RankedDocument document : result.results()) {
            Float score = document.relevanceScore();
            if (score != null) {
                check(number, Float.isFinite(score) && score <= last, "scores are out of order");
                last = score;
            }
        }
    }

    void deadLetter(OutgoingRecord record) {
        int number = Integer.parseInt(header(record, DeadLetter.SOURCE_OFFSET));
        RawEvent event = FuzzedEvents.of(seed, number);
        book(number, "dead letter " + header(record, DeadLetter.REASON));
        check(number, !header(record, DeadLetter.MESSAGE).isBlank(), "no message");
        boolean whole =
                Arrays.equals(event.value(), record.value())
                        && Arrays.equals(event.key(), record.key());
        check(
                number,
                whole || header(record, DeadLetter.OMITTED_BYTES) != null,
                "the dead letter has other bytes");
    }

    private void book(int number, String outcome) {
        records.incrementAndGet(number);
        outcomes.merge(outcome, 1, Integer::sum);
    }

    private void check(int number, boolean holds, String fault) {
        if (!holds) {
            faults.add(number + ": " + fault);
        }
    }

    /** Of several headers of a name the last counts: an event may bring what looks like ours. */
    private static String header(OutgoingRecord record, String name) {
        String value = null;
        for (RecordHeader header : record.headers()) {
            if (header.key().equals(name) && header.value() != null) {
                value = new String(header.value(), StandardCharsets.UTF_8);
            }
        }
        return value;
    }

    /** Events with so many records. */
    long with(int count) {
        long events = 0;
        for (int i = 0; i < records.length(); i++) {
            events += records.get(i) == count ? 1 : 0;
        }
        return events;
    }

    /** Events that did not become exactly one record. */
    long unaccounted() {
        return records.length() - with(1);
    }

    /** How often each outcome came. */
    Map<String, Integer> outcomes() {
        return Map.copyOf(outcomes);
    }

    /** What was wrong with records, by the event's number. */
    Queue<String> faults() {
        return faults;
    }
}
