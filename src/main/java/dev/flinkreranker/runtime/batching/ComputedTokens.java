package dev.flinkreranker.runtime.batching;

import dev.flinkreranker.runtime.batching.ScoringProfile.Prefix;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tokens that a batch computes: those that pairs share count once. */
final class ComputedTokens<P, S> {

    private final ScoringProfile<P, S> profile;
    private final Set<Object> shared = new HashSet<>();
    private int sum;

    ComputedTokens(ScoringProfile<P, S> profile) {
        this.profile = profile;
    }

    /** Of these pairs. */
    static <P, S> int of(ScoringProfile<P, S> profile, List<QueuedPair<P, S>> pairs) {
        ComputedTokens<P, S> tokens = new ComputedTokens<>(profile);
        pairs.forEach(tokens::add);
        return tokens.sum();
    }

    int sum() {
        return sum;
    }

    /** What the pair would add. */
    int of(QueuedPair<P, S> pair) {
        Prefix prefix = profile.prefix(pair.payload());
        return prefix != null && shared.contains(prefix.key())
                ? pair.length() - prefix.tokens()
                : pair.length();
    }

    void add(QueuedPair<P, S> pair) {
        Prefix prefix = profile.prefix(pair.payload());
        boolean known = prefix != null && !shared.add(prefix.key());
        sum += known ? pair.length() - prefix.tokens() : pair.length();
    }
}
