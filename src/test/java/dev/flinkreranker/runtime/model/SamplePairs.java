package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import java.util.List;

/** Four pairs of texts that reference scores are known for: two in English, one without query. */
final class SamplePairs {

    private SamplePairs() {}

    /** Their ids by the model's own tokenizer and defaults. */
    static List<TokenizedPair> of(Reranker reranker) {
        PairTokenizer tokenizer = reranker.tokenizer(TokenizationSettings.defaults());
        return List.of(
                tokenizer.pair(
                        "what is aspirin",
                        "Aspirin inhibits cyclooxygenase and so the synthesis of prostaglandin E2."),
                tokenizer.pair(
                        "Green fluorescent protein in mice",
                        "Visualization of cell cycle in mouse embryos with Fucci2 reporter."),
                tokenizer.pair("", "empty query"),
                tokenizer.pair("什么是阿司匹林？", "阿司匹林 抑制环氧合酶。👩‍🔬 مرحبا"));
    }
}
