package dev.flinkreranker.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubCacheTest {

    @TempDir Path root;

    private Path cache;
    private Path snapshot;

    @BeforeEach
    void fill() throws IOException {
        cache = root.resolve("models--BAAI--x");
        snapshot = Files.createDirectories(cache.resolve("snapshots").resolve("abc123"));
        Path blobs = Files.createDirectories(cache.resolve("blobs"));
        Files.writeString(blobs.resolve("1"), "{\"model_type\": \"x\"}");
        new SafetensorsWriter()
                .add("a", StoredType.F32, new float[] {1}, 1)
                .write(blobs.resolve("2"));
        Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs/1"));
        Files.createSymbolicLink(snapshot.resolve("model.safetensors"), Path.of("../../blobs/2"));
        Files.createDirectories(cache.resolve("refs"));
        ref("abc123");
    }

    @Test
    void opensTheSnapshotThatMainNames() {
        Checkpoint checkpoint = Checkpoint.open(cache);

        assertThat(checkpoint.directory()).isEqualTo(snapshot);
        assertThat(checkpoint.has("a")).isTrue();
    }

    @Test
    void sumsAreThoseOfTheSnapshot() throws IOException {
        assertThat(Sha256Sums.of(cache)).isEqualTo(Sha256Sums.of(snapshot));
        assertThat(Sha256Sums.of(cache).digests())
                .containsOnlyKeys("config.json", "model.safetensors");
    }

    @Test
    void leavesAFolderWithAConfigurationAsItIs() throws IOException {
        Files.writeString(cache.resolve("config.json"), "{}");

        assertThat(HubCache.snapshot(cache)).isEqualTo(cache);
        assertThat(HubCache.snapshot(snapshot)).isEqualTo(snapshot);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../../elsewhere", "/etc", "a/b", "a\u0000b"})
    void refusesARefThatIsNoName(String revision) throws IOException {
        ref(revision);

        assertRefused("refs/main: is not the name of a snapshot");
    }

    @Test
    void refusesAnEndlessRef() throws IOException {
        ref("a".repeat(1 << 20));

        assertRefused("refs/main: is not the name of a snapshot");
    }

    @Test
    void refusesADanglingRef() throws IOException {
        ref("def456");

        assertRefused("names the snapshot def456, which is not in ");
    }

    @Test
    void refusesACacheWithoutARef() throws IOException {
        Files.delete(cache.resolve("refs/main"));

        assertRefused(
                "refs/main: no such file; fetch the model to its end, or name a folder under");
    }

    @Test
    void refusesALinkOutOfTheCache() throws IOException {
        Path outside = Files.writeString(root.resolve("outside.json"), "{}");
        Files.createSymbolicLink(snapshot.resolve("tokenizer.json"), outside);

        assertRefused("tokenizer.json: is a link out of " + cache);
    }

    @Test
    void refusesASnapshotThatIsALinkOutOfTheCache() throws IOException {
        Path outside = Files.createDirectories(root.resolve("outside"));
        Files.writeString(outside.resolve("config.json"), "{}");
        Files.createSymbolicLink(cache.resolve("snapshots/out"), outside);
        ref("out");

        assertRefused("config.json: is a link out of " + cache);
    }

    @Test
    void missesAFileWhoseBlobIsGone() throws IOException {
        Files.delete(cache.resolve("blobs/1"));

        assertRefused("config.json: no such file");
    }

    @ParameterizedTest
    @CsvSource({
        "HF_HUB_CACHE=/c HF_HOME=/h XDG_CACHE_HOME=/x, /c",
        "HF_HOME=/h XDG_CACHE_HOME=/x, /h/hub",
        "HF_HOME=~/h, HOME/h/hub",
        "XDG_CACHE_HOME=/x, /x/huggingface/hub",
        "HF_HUB_CACHE= HF_HOME=, HOME/.cache/huggingface/hub",
    })
    void liesWhereTheEnvironmentSays(String environment, String expected) {
        Map<String, String> variables =
                Arrays.stream(environment.split(" "))
                        .map(variable -> variable.split("=", 2))
                        .collect(Collectors.toMap(v -> v[0], v -> v[1]));

        assertThat(HubCache.of(variables).root())
                .isEqualTo(Path.of(expected.replace("HOME", System.getProperty("user.home"))));
    }

    @Test
    void findsAModelByItsId() {
        HubCache hub = new HubCache(root);

        assertThat(hub.directory(Path.of("BAAI/x"))).isEqualTo(snapshot);
        assertThat(hub.directory(cache)).isEqualTo(snapshot);
        assertThat(hub.has(Path.of("BAAI/x"))).isTrue();
        assertThat(hub.has(Path.of("BAAI/y"))).isFalse();
    }

    @Test
    void saysHowToGetAModelThatIsNotThere() {
        assertThatThrownBy(() -> new HubCache(root).directory(Path.of("BAAI/y")))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(
                        "BAAI/y: no such directory, nor is it in the Hub cache %s; ./rerank model"
                                + " fetch BAAI/y brings it",
                        root);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/no/such", "no", "a/b/c", "../x", "a/..", "a--b/c", "a/b c", ".a/b"})
    void whatIsNoIdIsOnlyADirectory(String name) {
        assertThatThrownBy(() -> new HubCache(root).directory(Path.of(name)))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(name + ": no such directory");
    }

    private void ref(String revision) throws IOException {
        Files.writeString(cache.resolve("refs/main"), revision);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> Checkpoint.open(cache))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining(message);
    }
}
