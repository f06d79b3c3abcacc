package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.runtime.checkpoint.Sha256Sums;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.model.Reranker;
import dev.flinkreranker.runtime.model.ScoringSettings;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process's engine with the small real model. */
class RealModelEngineTest {

    private static final Path MODEL = Path.of("../tests/models/scifact-minilm-layerwise");
    private static final Path MAPS = Path.of("/proc/self/maps");

    private static RerankTask task(Path model, int maxLength, String query, List<String> passages) {
        return new RerankTask(
                "t",
                new ModelReference(model.toString(), ComputeType.FLOAT32, "cpu"),
                TokenizationSettings.defaults().withMaxLength(maxLength),
                ScoringSettings.defaults(),
                query,
                passages,
                null,
                Admission.defaults());
    }

    @Test
    void scoresAsTheReference() throws Exception {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> cases = new ArrayList<>();
        for (String line : Files.readAllLines(MODEL.resolve("expected-scores.jsonl"))) {
            cases.add(json.readTree(line));
        }
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.ofBatchTokens(2048))) {
            List<CompletableFuture<RerankOutcome>> outcomes = new ArrayList<>();
            for (JsonNode node : cases) {
                outcomes.add(
                        engine.rerank(
                                task(
                                        MODEL,
                                        node.path("max_length").intValue(),
                                        node.path("query").textValue(),
                                        List.of(node.path("passage").textValue()))));
            }
            for (int i = 0; i < cases.size(); i++) {
                RerankOutcome.Scored scored = (RerankOutcome.Scored) outcomes.get(i).get();
                PassageScore.Logits logits = (PassageScore.Logits) scored.scores().get(0);
                assertThat(logits.deepest())
                        .as("case %d", i)
                        .isCloseTo(
                                cases.get(i).path("scores").path("6").floatValue(), within(1e-3f));
            }
        }
    }

    @Test
    void devicesThatShareTheCpuGiveTheBitsOfOne() throws Exception {
        List<String> passages = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            passages.add("stem cells divide ".repeat(1 + i % 7));
        }
        List<List<PassageScore>> scores = new ArrayList<>();
        for (String device : List.of("cpu", "cpu:0,cpu:1")) {
            try (RerankEngine engine =
                    RerankEngine.open(
                            EngineSettings.ofBatchTokens(256), ModelOpener.checkpoints())) {
                ModelReference model =
                        new ModelReference(MODEL.toString(), ComputeType.FLOAT32, device);
                RerankTask task =
                        new RerankTask(
                                "t",
                                model,
                                TokenizationSettings.defaults(),
                                ScoringSettings.defaults(),
                                "cells",
                                passages,
                                null,
                                Admission.defaults());
                RerankOutcome.Scored scored = (RerankOutcome.Scored) engine.rerank(task).get();
                scores.add(scored.scores());
                List<DeviceCounts> devices =
                        model.devices().names().stream().map(engine::device).toList();
                assertThat(devices.stream().mapToLong(DeviceCounts::tokens).sum())
                        .isEqualTo(scored.usage().tokens());
                try (Reranker reranker = Reranker.open(MODEL, ComputeType.FLOAT32, "cpu")) {
                    long weights = reranker.weightMemory(6).total();
                    long batch = reranker.batchBytes(256);
                    assertThat(devices)
                            .allMatch(counts -> counts.weightBytes() == weights)
                            .allMatch(counts -> counts.batchBytes() == batch);
                }
            }
        }
        assertThat(scores.get(1)).isEqualTo(scores.get(0));
    }

    @Test
    void aMissingModelFailsItsRequestsInOneLine() throws Exception {
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.ofBatchTokens(2048))) {
            RerankOutcome outcome =
                    engine.rerank(task(Path.of("/nowhere"), 64, "q", List.of("p"))).get();
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            RerankOutcome.Failed.class,
                            failed ->
                                    assertThat(failed.reason())
                                            .startsWith(
                                                    "model /nowhere could not be loaded: /nowhere")
                                            .doesNotContain("\n"));
        }
    }

    @Test
    void configsOfOneCheckpointShareOneMappingOfItsWeights() throws Exception {
        AtomicInteger loads = new AtomicInteger();
        ModelOpener counting =
                model -> {
                    loads.incrementAndGet();
                    return ModelOpener.checkpoints().open(model);
                };
        EngineSettings settings = EngineSettings.ofBatchTokens(2048);
        try (RerankEngine one = RerankEngine.acquire(settings, counting);
                RerankEngine other = RerankEngine.acquire(settings, counting)) {
            float whole = logit(one, reference(null, null), List.of());
            long mappings = mappings();
            float sixth = logit(other, reference(null, null), List.of(6));
            float third = logit(other, reference(null, null), List.of(3));

            assertThat(sixth).isEqualTo(whole);
            assertThat(third).isNotEqualTo(whole);
            assertThat(loads).hasValue(1);
            if (Files.exists(MAPS)) {
                assertThat(mappings).isPositive();
                assertThat(mappings()).isEqualTo(mappings);
            }
            // Another revision is another model, whatever lies in the directory.
            assertThat(logit(other, reference("v2", null), List.of(3))).isEqualTo(third);
            assertThat(loads).hasValue(2);
        }
    }

    @Test
    void aModelUnusedAtTheStartIsLoadedOnFirstUseWhileOthersAreScored(@TempDir Path directory)
            throws Exception {
        for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            Files.createSymbolicLink(directory.resolve(file), MODEL.resolve(file).toAbsolutePath());
        }
        ModelReference old = reference(null, null);
        ModelReference fresh = new ModelReference(directory.toString(), ComputeType.FLOAT32, "cpu");
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ModelOpener opener =
                model -> {
                    if (model.equals(fresh)) {
                        loading.countDown();
                        go.await();
                    }
                    return ModelOpener.checkpoints().open(model);
                };
        try (RerankEngine engine = RerankEngine.open(EngineSettings.ofBatchTokens(2048), opener)) {
            engine.load(old).get();
            CompletableFuture<RerankOutcome> first = engine.rerank(task(fresh, List.of(4)));
            loading.await();
            float before = logit(engine, old, List.of(4));
            assertThat(first).isNotDone();
            go.countDown();

            PassageScore score = ((RerankOutcome.Scored) first.get()).scores().get(0);
            assertThat(((PassageScore.Logits) score).deepest()).isEqualTo(before);
        }
    }

    @Test
    void filesThatDifferFromTheirChecksumAreNotLoaded() throws Exception {
        String wrong = "0".repeat(64);
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.ofBatchTokens(2048))) {
            RerankOutcome outcome = engine.rerank(task(reference(null, wrong), List.of())).get();
            assertThat(((RerankOutcome.Failed) outcome).reason())
                    .startsWith("model " + MODEL + " could not be loaded: ")
                    .contains("model.safetensors: sha256 is ")
                    .endsWith(", but the catalogue asks for " + wrong);
            assertThat(engine.load(reference(null, wrong)))
                    .failsWithin(Duration.ofMinutes(1))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(IllegalStateException.class)
                    .withMessageContaining(", but the catalogue asks for " + wrong);
        }
    }

    @Test
    void checksumsOfAHubCacheAreThoseOfTheSnapshot(@TempDir Path directory) throws Exception {
        Path snapshot = directory.resolve("snapshots").resolve("abc");
        Files.createDirectories(snapshot);
        Files.writeString(Files.createDirectory(directory.resolve("refs")).resolve("main"), "abc");
        for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            Files.copy(MODEL.resolve(name), snapshot.resolve(name));
        }
        String sums =
                Sha256Sums.of(snapshot).digests().entrySet().stream()
                        .map(sum -> sum.getValue() + "  " + sum.getKey())
                        .collect(Collectors.joining("\n"));
        ModelReference cached =
                new ModelReference(
                        directory.toString(), ComputeType.FLOAT32, "cpu", null, sums, null, null);
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.ofBatchTokens(2048))) {
            assertThat(engine.load(cached)).succeedsWithin(Duration.ofMinutes(1));
        }
    }

    @Test
    void aBaseThatDiffersFromItsChecksumIsNotLoaded(@TempDir Path adapter) throws Exception {
        Path saved = Path.of("test", "resources", "lora", "plain");
        for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
            Files.copy(saved.resolve(name), adapter.resolve(name));
        }
        String right = Sha256Sums.of(MODEL).digests().get("model.safetensors");
        try (RerankEngine engine = RerankEngine.acquire(EngineSettings.ofBatchTokens(2048))) {
            assertThat(engine.load(adapted(adapter, right))).succeedsWithin(Duration.ofMinutes(1));
            assertThat(engine.load(adapted(adapter, "0".repeat(64))))
                    .failsWithin(Duration.ofMinutes(1))
                    .withThrowableThat()
                    .havingCause()
                    .withMessageContaining(MODEL.resolve("model.safetensors") + ": sha256 is ")
                    .withMessageContaining(", but the catalogue asks for 0000");
        }
    }

    private static ModelReference adapted(Path adapter, String baseSha256) {
        return new ModelReference(
                adapter.toString(),
                ComputeType.FLOAT32,
                "cpu",
                null,
                null,
                MODEL.toString(),
                baseSha256);
    }

    @Test
    void tooLittleMemoryIsSaidBeforeAnythingIsLoaded() {
        try (Reranker reranker = Reranker.open(MODEL, ComputeType.FLOAT32, "cpu")) {
            assertThatThrownBy(
                            () -> CheckpointOpener.checkMemory(reranker, OptionalLong.of(1 << 20)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(" GiB are available; give the process more");
        }
    }

    @Test
    void layersThatNobodyAsksForNeedNoMemory() {
        try (Reranker reranker = Reranker.open(MODEL, ComputeType.FLOAT32, "cpu")) {
            long weights = reranker.weightMemory(3).total();
            assertThat(reranker.weightMemory(6).total()).isGreaterThan(weights);
            long batch = reranker.batchBytes(1024);
            assertThat(batch).isPositive();
            assertThatCode(
                            () ->
                                    CheckpointOpener.checkMemory(
                                            reranker, OptionalLong.of(weights + batch)))
                    .doesNotThrowAnyException();
            assertThatThrownBy(
                            () ->
                                    CheckpointOpener.checkMemory(
                                            reranker, OptionalLong.of(weights + batch - 1)))
                    .hasMessageContaining("a batch of 1024 tokens needs");
        }
    }

    private static ModelReference reference(String revision, String sha256) {
        return new ModelReference(
                MODEL.toString(), ComputeType.FLOAT32, "cpu", revision, sha256, null, null);
    }

    private static RerankTask task(ModelReference model, List<Integer> cutoffs) {
        return new RerankTask(
                "t",
                model,
                TokenizationSettings.defaults(),
                new ScoringSettings(cutoffs, 1, List.of(), HeadSelection.POSITIONAL, false),
                "what is a reranker",
                List.of("A reranker orders passages."),
                null,
                Admission.defaults());
    }

    private static float logit(RerankEngine engine, ModelReference model, List<Integer> cutoffs)
            throws Exception {
        RerankOutcome outcome = engine.rerank(task(model, cutoffs)).get();
        assertThat(outcome).isInstanceOf(RerankOutcome.Scored.class);
        return ((PassageScore.Logits) ((RerankOutcome.Scored) outcome).scores().get(0)).deepest();
    }

    /** How often the weights' file is mapped into this process. */
    private static long mappings() throws Exception {
        String weights = MODEL.resolve("model.safetensors").toRealPath().toString();
        try (Stream<String> maps = Files.lines(MAPS)) {
            return maps.filter(line -> line.endsWith(weights)).count();
        }
    }
}
