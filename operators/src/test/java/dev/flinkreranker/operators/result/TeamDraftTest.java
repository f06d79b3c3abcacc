package dev.flinkreranker.operators.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.operators.result.TeamDraft.Pick;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Teams whose coins were tossed by another program, so that they stay what they are. */
class TeamDraftTest {

    private static String text(List<Pick> picks) {
        return picks.stream()
                .map(pick -> pick.document() + "" + pick.team())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "r, 5B 0A 1A 4B 3B 2A",
        "r-1, 0A 5B 4B 1A 2A 3B",
        "Grüße, 0A 5B 1A 4B 2A 3B",
    })
    void theIdOfTheRequestTossesTheCoins(String id, String picks) {
        assertThat(text(TeamDraft.of(id, List.of(0, 1, 2, 3, 4, 5), List.of(5, 4, 3, 2, 1, 0))))
                .isEqualTo(picks);
    }

    @Test
    void aRankingAtItsEndLeavesTheRestToTheOther() {
        assertThat(text(TeamDraft.of("r", List.of(0, 1), List.of()))).isEqualTo("0A 1A");
        assertThat(text(TeamDraft.of("r", List.of(3, 1), List.of(1, 0)))).isEqualTo("1B 3A 0B");
        assertThat(TeamDraft.of("r", List.of(), List.of())).isEmpty();
    }

    @Test
    void thereAreCoinsForAnyNumberOfRounds() {
        List<Integer> a = IntStream.range(0, 1200).boxed().toList();
        List<Integer> b = IntStream.range(1200, 2400).boxed().toList();

        String teams =
                TeamDraft.of("long", a, b).stream()
                        .map(pick -> pick.team().name())
                        .collect(Collectors.joining());

        assertThat(teams).hasSize(2400).startsWith("ABABABABABABBABABAAB");
        // Around the 256th coin.
        assertThat(teams.substring(510, 540)).isEqualTo("ABBABAABABBABABABAABABABABBABA");
    }

    @Test
    void neitherTeamIsFavoured() {
        List<Integer> a = List.of(0, 1, 2);
        List<Integer> b = List.of(2, 1, 0);
        long first =
                IntStream.range(0, 10_000)
                        .filter(
                                i ->
                                        TeamDraft.of("request-" + i, a, b).get(0).team()
                                                == TeamDraft.Team.A)
                        .count();

        // Four standard deviations around a half.
        assertThat(first).isBetween(4800L, 5200L);
    }
}
