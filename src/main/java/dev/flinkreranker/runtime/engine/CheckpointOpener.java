package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.checkpoint.Sha256Sums;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Opens checkpoint directories as a {@link Reranker}. */
final class CheckpointOpener implements ModelOpener {

    private static final double GIB = 1 << 30;

    /**
     * Loads the model and scores one pair at its shallowest cutoff. So what is wrong with it (a
     * weight that is not a number, a tokenizer of another model, too little memory) is found here,
     * and the first request does not wait for these weights. Layers above that cutoff are mapped
     * and checked when a request first asks for them. Files that differ from their checksums are
     * refused before anything of them is used.
     */
    @Override
    public PairScorer open(ModelReference model) {
        if (model.sha256() != null) {
            Sha256Sums.parse(model.sha256()).verify(model.path());
        }
        Reranker reranker = Reranker.open(model.path(), model.computeType(), model.device());
        try {
            checkMemory(reranker, new AvailableMemory(Path.of("/")).bytes());
            PairTokenizer tokenizer = reranker.tokenizer(TokenizationSettings.defaults());
            reranker.score(List.of(tokenizer.pair("", "")), shallowest(reranker));
            return reranker;
        } catch (RuntimeException | Error e) {
            reranker.close();
            throw e;
        }
    }

    /** Layers that no request may ever ask for stay unmapped. */
    private static ScoringSettings shallowest(Reranker reranker) {
        ScoringSettings defaults = ScoringSettings.defaults();
        return new ScoringSettings(
                reranker.descriptor().cutoffLayers().subList(0, 1),
                defaults.compressRatio(),
                defaults.compressLayers(),
                defaults.headSelection(),
                defaults.attentionSoftcap());
    }

    static void checkMemory(Reranker reranker, OptionalLong available) {
        if (!reranker.plan().device().isCpu() || available.isEmpty()) {
            return;
        }
        int layers = reranker.descriptor().cutoffLayers().get(0);
        long needed = reranker.weightMemory(layers).total();
        if (needed > available.getAsLong()) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "its weights need %.1f GiB of memory and %.1f GiB are available;"
                                    + " give the process more, or use a smaller model%s",
                            needed / GIB,
                            available.getAsLong() / GIB,
                            reranker.plan().type() == StoredType.BF16 ? "" : " or bfloat16"));
        }
    }
}
