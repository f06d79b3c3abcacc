package dev.flinkreranker.operators.result;

import dev.flinkreranker.runtime.checkpoint.Sha256;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/**
 * Team-draft interleaving of two rankings of the same documents (Radlinski, Kurup, Joachims, "How
 * Does Clickthrough Data Reflect Retrieval Quality?", CIKM 2008). In every round a coin says which
 * team picks first; each picks its best document that is not taken yet, and a click on a document
 * is one for the team that picked it. A ranking that is at its end leaves the rest to the other.
 *
 * <p>The coins are a function of the request's id, so that a request that is done again, or
 * replayed years later, gets the same teams: coin i (from 0) is bit i of the SHA-256 of the id's
 * UTF-8, the highest bit of the first byte first, and a 1 lets A pick first. After 256 coins those
 * of the digest's own digest follow, and so on.
 */
@Internal
public final class TeamDraft {

    private static final int COINS = 256;

    private TeamDraft() {}

    /** Whose ranking picked a document. */
    public enum Team {
        /** The tenant's own settings. */
        A,
        /** Those of {@code interleave}. */
        B
    }

    /**
     * A document that was picked.
     *
     * @param document its place in the request, from 0
     * @param team who picked it
     */
    public record Pick(int document, Team team) {}

    /**
     * Every document of either ranking once, in the order of the picks.
     *
     * @param requestId tosses the coins
     * @param a places of documents in the request, best first
     * @param b likewise
     */
    public static List<Pick> of(String requestId, List<Integer> a, List<Integer> b) {
        List<Pick> picks = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        byte[] coins = Sha256.of(requestId);
        int[] next = new int[2];
        for (int round = 0; next[0] < a.size() || next[1] < b.size(); round++) {
            int coin = round % COINS;
            if (coin == 0 && round > 0) {
                coins = Sha256.of(coins);
            }
            boolean aFirst = (coins[coin / 8] >> (7 - coin % 8) & 1) == 1;
            Team first = aFirst ? Team.A : Team.B;
            Team second = aFirst ? Team.B : Team.A;
            pick(first, aFirst ? a : b, next, taken, picks);
            pick(second, aFirst ? b : a, next, taken, picks);
        }
        return picks;
    }

    private static void pick(
            Team team, List<Integer> ranking, int[] next, Set<Integer> taken, List<Pick> picks) {
        int side = team.ordinal();
        boolean picked = false;
        while (!picked && next[side] < ranking.size()) {
            int document = ranking.get(next[side]++);
            picked = taken.add(document);
            if (picked) {
                picks.add(new Pick(document, team));
            }
        }
    }
}
