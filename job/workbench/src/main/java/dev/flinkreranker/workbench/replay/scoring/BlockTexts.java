package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.operators.request.Candidate;
import dev.flinkreranker.operators.request.RerankRequest;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.TokenizedPair;
import dev.flinkreranker.runtime.tokenization.TokenizedQuery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The texts of a block as tokens: each text once for all passes that cut texts alike. */
final class BlockTexts {
    private final List<AskedRequest> block;
    private final Map<Key, Texts> texts = new HashMap<>();

    private record Key(ModelReference model, TokenizationSettings tokenization) {
        static Key of(Demand pass) {
            return new Key(pass.model(), pass.tokenization());
        }
    }

    /** What one tokenizer is to read, and has read, by request. */
    private record Texts(
            PairTokenizer tokenizer,
            Map<Integer, Integer> depths,
            Map<Integer, TokenizedPair[]> pairs) {}

    BlockTexts(List<AskedRequest> block) {
        this.block = block;
    }

    /**
     * Says how many candidates of a request a pass wants; before any of their pairs is asked for.
     */
    void want(Demand pass, OpenModels models, int request, int depth) {
        texts.computeIfAbsent(
                        Key.of(pass),
                        key ->
                                new Texts(
                                        models.get(key.model()).tokenizer(key.tokenization()),
                                        new HashMap<>(),
                                        new HashMap<>()))
                .depths()
                .merge(request, depth, Math::max);
    }

    TokenizedPair pair(Demand pass, int request, int candidate) {
        Texts own = texts.get(Key.of(pass));
        return own.pairs().computeIfAbsent(request, index -> tokenize(own, index))[candidate];
    }

    private TokenizedPair[] tokenize(Texts own, int index) {
        RerankRequest request = block.get(index).request().request();
        List<Candidate> candidates = request.candidates();
        TokenizedQuery query = own.tokenizer().query(request.query());
        TokenizedPair[] tokenized = new TokenizedPair[own.depths().get(index)];
        for (int i = 0; i < tokenized.length; i++) {
            tokenized[i] = own.tokenizer().pair(query, candidates.get(i).text());
        }
        return tokenized;
    }
}
