package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.Truncation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Settings come with requests, so a model must not keep something for each that it ever met. */
class LoadedModelTest {

    private static final int MET = 2_000;
    private static final int MOST_KEPT = 256;

    private final LoadedModel model = new LoadedModel(new HashScorer());

    @Test
    void keepsABoundedNumberOfTokenizers() {
        PairTokenizer one = model.tokenizer(prompt(0));
        assertThat(model.tokenizer(prompt(0))).isSameAs(one);
        assertThat(kept(i -> model.tokenizer(prompt(i)))).isBetween(1, MOST_KEPT);
    }

    @Test
    void keepsABoundedNumberOfProfiles() {
        ModelProfile one = model.profile(cutoff(0));
        assertThat(model.profile(cutoff(0))).isSameAs(one);
        assertThat(kept(i -> model.profile(cutoff(i)))).isBetween(1, MOST_KEPT);
    }

    /** How many of many things are the same when they are asked for again, backwards. */
    private static int kept(IntFunction<Object> ask) {
        List<Object> first = new ArrayList<>();
        for (int i = 0; i < MET; i++) {
            first.add(ask.apply(i));
        }
        int kept = 0;
        for (int i = MET - 1; i >= 0; i--) {
            kept += ask.apply(i) == first.get(i) ? 1 : 0;
        }
        return kept;
    }

    private static TokenizationSettings prompt(int number) {
        return new TokenizationSettings(
                null,
                null,
                Truncation.LIBRARY,
                null,
                "Is this passage number " + number + "?",
                null,
                null,
                SpecialTokens.PLAIN_TEXT);
    }

    private static ScoringSettings cutoff(int number) {
        return new ScoringSettings(
                List.of(1 + number), 1, List.of(), HeadSelection.POSITIONAL, false);
    }
}
