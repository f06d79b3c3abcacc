package dev.flinkreranker.runtime.engine;

import dev.flinkreranker.runtime.checkpoint.Sha256Sums;
import dev.flinkreranker.runtime.checkpoint.StoredType;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.DeviceList;
import dev.flinkreranker.runtime.program.ExecutionPlan;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens checkpoint directories as a {@link Reranker}. Several threads may at once. */
final class CheckpointOpener implements ModelOpener {

    /** That of the process, whose memory all share. */
    static final CheckpointOpener OF_PROCESS =
            new CheckpointOpener(new LoadMemory(new AvailableMemory(Path.of("/"))::bytes));

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointOpener.class);
    private static final double GIB = 1 << 30;

    /** Tokens that a model must have room for to be of use. */
    private static final int SMALL_BATCH = 1024;

    private final LoadMemory memory;

    private CheckpointOpener(LoadMemory memory) {
        this.memory = memory;
    }

    /**
     * Loads the model and scores one pair at its shallowest cutoff. So what is wrong with it (a
     * weight that is not a number, a tokenizer of another model, too little memory) is found here,
     * and the first request does not wait for these weights. Layers above that cutoff are read and
     * checked when a request first asks for them. Files that differ from their checksums are
     * refused before a weight of them is used. Waits while memory is too little for this model
     * beside others that are being loaded.
     */
    @Override
    public PairScorer open(ModelReference model) throws InterruptedException {
        DeviceList devices = model.devices();
        devices.shareThreads();
        Reranker reranker =
                Reranker.open(
                        model.path(),
                        model.basePath(),
                        model.computeType(),
                        devices.names().get(0));
        try {
            if (model.sha256() != null) {
                Sha256Sums.parse(model.sha256()).verify(reranker.directory());
            }
            if (model.baseSha256() != null) {
                Sha256Sums.parse(model.baseSha256()).verify(reranker.baseDirectory());
            }
            ComputeDevice device = reranker.plan().device();
            long weights = weights(reranker);
            long bytes = device.isCpu() ? weights : 0;
            memory.take(bytes);
            try {
                checkMemory(reranker, device.isCpu() ? memory.available() : device.freeMemory());
                PairTokenizer tokenizer = reranker.tokenizer(TokenizationSettings.defaults());
                reranker.score(List.of(tokenizer.pair("", "")), shallowest(reranker));
            } finally {
                memory.giveBack(bytes);
            }
            reranker.checkUnchanged();
            LOG.info(
                    "{} computes in {} on {}; its weights take {} GiB up to its first cutoff",
                    model.directory(),
                    reranker.plan().format(),
                    device,
                    String.format(Locale.ROOT, "%.2f", weights / GIB));
            return reranker;
        } catch (RuntimeException | Error | InterruptedException e) {
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

    /** The device's bytes for the weights up to the shallowest cutoff. */
    private static long weights(Reranker reranker) {
        return reranker.weightMemory(reranker.descriptor().cutoffLayers().get(0)).total();
    }

    private static String suggestion(ExecutionPlan plan) {
        return plan.type() == StoredType.F32 && !plan.isQuantized() ? " or bfloat16" : "";
    }

    static void checkMemory(Reranker reranker, OptionalLong available) {
        ComputeDevice device = reranker.plan().device();
        long weights = weights(reranker);
        long batch = reranker.batchBytes(SMALL_BATCH);
        if (available.isPresent() && weights + batch > available.getAsLong()) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "its weights need %.1f GiB of memory%s, a batch of %d tokens needs %.1f"
                                    + " more, and %.1f GiB are available; give the process more, or"
                                    + " use a smaller model%s",
                            weights / GIB,
                            device.isCpu() ? "" : " on " + device,
                            SMALL_BATCH,
                            batch / GIB,
                            available.getAsLong() / GIB,
                            suggestion(reranker.plan())));
        }
    }
}
