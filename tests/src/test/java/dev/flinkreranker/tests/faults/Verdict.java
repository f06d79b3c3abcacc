package dev.flinkreranker.tests.faults;

import dev.flinkreranker.tests.rig.TopicRecords;
import java.util.HashSet;
import java.util.Set;

/**
 * What became of the requests.
 *
 * @param requests produced
 * @param results different requests with a result
 * @param lost requests with neither a result nor a dead letter
 * @param duplicated records beyond the first of a request, results and dead letters together
 * @param deadLetters different requests with a dead letter
 * @param kills faults done
 */
record Verdict(int requests, int results, int lost, int duplicated, int deadLetters, int kills) {

    static Verdict of(int requests, TopicRecords results, TopicRecords deadLetters, int kills) {
        Set<String> answered = new HashSet<>(results.values().keySet());
        answered.addAll(deadLetters.values().keySet());
        int both = results.distinct() + deadLetters.distinct() - answered.size();
        return new Verdict(
                requests,
                results.distinct(),
                requests - answered.size(),
                results.duplicates() + deadLetters.duplicates() + both,
                deadLetters.distinct(),
                kills);
    }

    boolean exactlyOnce() {
        return lost == 0 && duplicated == 0;
    }

    @Override
    public String toString() {
        return "requests=%d results=%d lost=%d duplicated=%d dead_letters=%d kills=%d"
                .formatted(requests, results, lost, duplicated, deadLetters, kills);
    }
}
