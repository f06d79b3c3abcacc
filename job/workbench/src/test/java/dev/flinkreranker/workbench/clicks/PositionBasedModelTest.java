package dev.flinkreranker.workbench.clicks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The click model on clicks drawn from known examination and relevance. */
class PositionBasedModelTest {

    private static final double[] EXAMINATION = {1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08};
    private static final int QUERIES = 100;
    private static final int SESSIONS = 400;

    /** Documents by query after query, and what they truly are. */
    private record World(List<Double> relevance, List<List<RankClicks>> seen) {}

    /**
     * Draws sessions. Rankings are the true order with noise, as a ranker's are, so that good
     * documents stand high and their clicks are biased.
     */
    private static World world(long seed) {
        Random random = new Random(seed);
        List<Double> relevance = new ArrayList<>();
        List<List<RankClicks>> seen = new ArrayList<>();
        for (int query = 0; query < QUERIES; query++) {
            double[] own = random.doubles(EXAMINATION.length, 0.02, 0.8).toArray();
            long[][][] counts = new long[own.length][EXAMINATION.length][2];
            for (int session = 0; session < SESSIONS; session++) {
                List<Integer> order = new ArrayList<>();
                double[] keys = new double[own.length];
                for (int d = 0; d < own.length; d++) {
                    order.add(d);
                    keys[d] = own[d] + 0.15 * random.nextGaussian();
                }
                order.sort((a, b) -> Double.compare(keys[b], keys[a]));
                for (int rank = 0; rank < own.length; rank++) {
                    int document = order.get(rank);
                    counts[document][rank][0]++;
                    if (random.nextDouble() < EXAMINATION[rank] * own[document]) {
                        counts[document][rank][1]++;
                    }
                }
            }
            for (int d = 0; d < own.length; d++) {
                relevance.add(own[d]);
                List<RankClicks> cells = new ArrayList<>();
                for (int rank = 0; rank < EXAMINATION.length; rank++) {
                    if (counts[d][rank][0] > 0) {
                        cells.add(new RankClicks(rank + 1, counts[d][rank][0], counts[d][rank][1]));
                    }
                }
                seen.add(cells);
            }
        }
        return new World(relevance, seen);
    }

    @Test
    void findsExaminationAndRelevanceThatClicksWereDrawnFrom() {
        World world = world(7);

        PositionBasedModel model = PositionBasedModel.fit(world.seen());

        for (int rank = 0; rank < EXAMINATION.length; rank++) {
            assertThat(model.examination().get(rank + 1))
                    .as("examination of rank %d", rank + 1)
                    .isCloseTo(EXAMINATION[rank], within(0.03));
        }
        double squares = 0;
        double bySharesOfClicks = 0;
        int covered = 0;
        for (int i = 0; i < world.relevance().size(); i++) {
            Relevance estimate = model.relevance().get(i);
            double truth = world.relevance().get(i);
            squares += Math.pow(estimate.estimate() - truth, 2);
            bySharesOfClicks += Math.pow((double) estimate.clicks() / estimate.views() - truth, 2);
            covered += estimate.low() <= truth && truth <= estimate.high() ? 1 : 0;
            assertThat(estimate.estimate()).isBetween(estimate.low(), estimate.high());
        }
        int documents = world.relevance().size();
        assertThat(Math.sqrt(squares / documents)).isLessThan(0.06);
        // What counting clicks alone would say is three times as far off.
        assertThat(Math.sqrt(bySharesOfClicks / documents)).isGreaterThan(0.18);
        assertThat((double) covered / documents).isBetween(0.92, 0.98);
    }

    @Test
    void isAFunctionOfWhatWasSeen() {
        assertThat(PositionBasedModel.fit(world(3).seen()))
                .isEqualTo(PositionBasedModel.fit(world(3).seen()));
    }

    @Test
    void whatIsMoreExaminedThanTheFirstRankIsTheUnit() {
        // Half as likely at rank 1 as at rank 2, for two documents of one query.
        PositionBasedModel model =
                PositionBasedModel.fit(
                        List.of(
                                List.of(new RankClicks(1, 1000, 200), new RankClicks(2, 1000, 400)),
                                List.of(
                                        new RankClicks(1, 1000, 100),
                                        new RankClicks(2, 1000, 200))));

        assertThat(model.examination().get(1)).isCloseTo(0.5, within(1e-3));
        assertThat(model.examination().get(2)).isEqualTo(1);
        assertThat(model.relevance().get(0).estimate()).isCloseTo(0.4, within(1e-3));
        assertThat(model.relevance().get(1).estimate()).isCloseTo(0.2, within(1e-3));
    }

    @Test
    void ranksThatNoClickedDocumentLinksSayNothing() {
        List<List<RankClicks>> seen =
                List.of(
                        List.of(new RankClicks(1, 100, 30), new RankClicks(2, 100, 20)),
                        // Was never clicked, so it links nothing.
                        List.of(new RankClicks(2, 50, 0), new RankClicks(3, 50, 0)),
                        List.of(new RankClicks(3, 50, 10), new RankClicks(4, 50, 5)));

        PositionBasedModel model = PositionBasedModel.fit(seen);

        assertThat(model.examination()).containsOnlyKeys(1, 2);
        assertThat(model.relevance().get(1))
                .satisfies(
                        relevance -> {
                            assertThat(relevance.views()).isEqualTo(50);
                            assertThat(relevance.low()).isZero();
                            assertThat(relevance.estimate()).isLessThan(1e-4);
                            assertThat(relevance.high()).isBetween(0.04, 0.07);
                        });
        assertThat(model.relevance().get(2)).isNull();
    }

    @Test
    void theIntervalWithoutPositionBiasIsThatOfTheLikelihoodRatio() {
        Relevance relevance = Relevance.of(0.3, List.of(new RankClicks(1, 10, 3)), Map.of(1, 1.0));

        // By hand: 3 log a + 7 log(1 - a) falls by 1.9207 from its maximum at these two.
        assertThat(relevance.low()).isCloseTo(0.0847, within(5e-4));
        assertThat(relevance.high()).isCloseTo(0.6065, within(5e-4));
    }

    @Test
    void nothingSeenIsNothingSaid() {
        PositionBasedModel model = PositionBasedModel.fit(Collections.emptyList());

        assertThat(model.examination()).isEmpty();
        assertThat(model.relevance()).isEmpty();
    }
}
