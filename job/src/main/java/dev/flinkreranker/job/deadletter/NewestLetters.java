package dev.flinkreranker.job.deadletter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Keeps the newest of the letters that pass, by their time, without their values. */
final class NewestLetters {

    private static final Comparator<StoredLetter> OLDEST_FIRST =
            Comparator.comparingLong((StoredLetter letter) -> letter.record().timestamp())
                    .thenComparing(StoredLetter::id);

    private final int limit;
    private final PriorityQueue<StoredLetter> kept = new PriorityQueue<>(OLDEST_FIRST);

    NewestLetters(int limit) {
        this.limit = limit;
    }

    void letter(StoredLetter letter) {
        kept.add(letter.withoutValue());
        if (kept.size() > limit) {
            kept.poll();
        }
    }

    /** Newest first. */
    List<StoredLetter> letters() {
        List<StoredLetter> letters = new ArrayList<>(kept);
        letters.sort(OLDEST_FIRST.reversed());
        return letters;
    }
}
