package dev.flinkreranker.workbench.replay.scoring;

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

    /** What one tokenizer has read, by request. */
    private record Texts(
            PairTokenizer tokenizer,
            Map<Integer, TokenizedQuery> queries,
            Map<Integer, TokenizedPair[]> pairs) {}

    BlockTexts(List<AskedRequest> block) {
        this.block = block;
    }

    TokenizedPair pair(Demand pass, OpenModels models, int request, int candidate) {
        Texts own =
                texts.computeIfAbsent(
                        Key.of(pass),
                        key ->
                                new Texts(
                                        models.get(key.model()).tokenizer(key.tokenization()),
                                        new HashMap<>(),
                                        new HashMap<>()));
        RerankRequest asked = block.get(request).request().request();
        TokenizedPair[] pairs =
                own.pairs()
                        .computeIfAbsent(
                                request, index -> new TokenizedPair[asked.candidates().size()]);
        if (pairs[candidate] == null) {
            TokenizedQuery query =
                    own.queries()
                            .computeIfAbsent(
                                    request, index -> own.tokenizer().query(asked.query()));
            pairs[candidate] =
                    own.tokenizer().pair(query, asked.candidates().get(candidate).text());
        }
        return pairs[candidate];
    }
}
