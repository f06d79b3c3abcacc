package dev.flinkreranker.job.deadletter;

import dev.flinkreranker.job.kafka.OffsetRange;
import dev.flinkreranker.job.kafka.TopicSelection;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent again.
 *
 * @param letters those to send
 * @param alreadySent letters that were chosen, but were sent again before
 * @param refusals letters that were chosen, but cannot be sent, and why, one line each
 */
record RedrivePlan(SortedSet<LetterId> letters, int alreadySent, List<String> refusals) {

    /**
     * Chooses among the letters.
     *
     * @param ranges what to look at
     * @param source the topics that the events of these letters must have come from
     * @throws IllegalArgumentException if a letter is named that is none
     */
    static RedrivePlan of(
            LetterTopic topic,
            SortedMap<Integer, OffsetRange> ranges,
            LetterSelection selection,
            Corrections corrections,
            TopicSelection source)
            throws IOException {
        SortedSet<LetterId> chosen = new TreeSet<>();
        SortedMap<LetterId, String> refused = new TreeMap<>();
        Set<LetterId> sent = new HashSet<>();
        topic.read(
                ranges,
                new LetterTopic.Reader() {
                    @Override
                    public void letter(StoredLetter letter) {
                        if (!selection.takes(letter)) {
                            return;
                        }
                        chosen.add(letter.id());
                        String refusal = refusal(letter, selection, corrections, source);
                        if (refusal != null) {
                            refused.put(letter.id(), letter.id() + ": " + refusal);
                        }
                    }

                    @Override
                    public void sentAgain(LetterId letter, Instant time) {
                        sent.add(letter);
                    }
                });
        for (LetterId named : selection.named()) {
            if (!chosen.contains(named)) {
                throw new IllegalArgumentException("there is no dead letter at " + named);
            }
        }
        int all = chosen.size();
        chosen.removeAll(sent);
        refused.keySet().removeAll(sent);
        int alreadySent = all - chosen.size();
        chosen.removeAll(refused.keySet());
        return new RedrivePlan(chosen, alreadySent, List.copyOf(refused.values()));
    }

    private static @Nullable String refusal(
            StoredLetter letter,
            LetterSelection selection,
            Corrections corrections,
            TopicSelection source) {
        var failure = letter.failure();
        if (failure.sourceTopic() == null || !source.takes(failure.sourceTopic())) {
            return "its event came from topic %s, not from %s (requests)"
                    .formatted(failure.sourceTopic(), source);
        }
        if (selection.isSpent(letter)) {
            return "its event was sent again %d times already (--max-attempts)"
                    .formatted(letter.attempts());
        }
        if (letter.isValueOmitted() && !corrections.values().containsKey(letter.id())) {
            return ("its value of %d bytes was left out; the event is at offset %d of partition %d"
                            + " of %s: send that one again, or a value by --with")
                    .formatted(
                            failure.omittedBytes(),
                            failure.sourceOffset(),
                            failure.sourcePartition(),
                            failure.sourceTopic());
        }
        return null;
    }

    /** The ranges that hold its letters. */
    SortedMap<Integer, OffsetRange> ranges() {
        SortedMap<Integer, OffsetRange> ranges = new TreeMap<>();
        for (LetterId letter : letters) {
            ranges.merge(
                    letter.partition(),
                    new OffsetRange(letter.offset(), letter.offset() + 1),
                    (first, last) -> new OffsetRange(first.from(), last.to()));
        }
        return ranges;
    }
}
