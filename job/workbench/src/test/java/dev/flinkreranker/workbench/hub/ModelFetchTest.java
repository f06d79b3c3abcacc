package dev.flinkreranker.workbench.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.HubCache;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFetchTest {

    private static final String WEIGHTS = "model.safetensors";
    private static final ModelFetch.Watcher NOBODY = total -> bytes -> {};

    @TempDir Path root;

    private final List<Duration> pauses = new ArrayList<>();
    private LocalHub hub;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        hub = new LocalHub();
        folder = root.resolve("folder");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private ModelFetch fetch(int attempts, String token) throws IOException {
        return new ModelFetch(
                hub.endpoint(),
                token,
                LocalHub.ID,
                "main",
                new Patience(attempts, Duration.ofSeconds(1), Duration.ofSeconds(20), pauses::add));
    }

    private ModelFetch.Outcome intoFolder(int attempts) throws IOException, InterruptedException {
        return fetch(attempts, null).into(folder, NOBODY);
    }

    @Test
    void aFolderHasTheFilesThatAreRead() throws Exception {
        List<Long> seen = new ArrayList<>();

        ModelFetch.Outcome outcome =
                fetch(1, null)
                        .into(
                                folder,
                                total -> {
                                    seen.add(total);
                                    return seen::add;
                                });

        assertThat(names(folder)).containsExactly("config.json", WEIGHTS, "tokenizer.json");
        for (String name : names(folder)) {
            assertThat(folder.resolve(name)).hasBinaryContent(hub.files.get(name));
        }
        assertThat(outcome.commit()).isEqualTo(LocalHub.COMMIT);
        assertThat(outcome.bytes()).isEqualTo(outcome.fetched()).isEqualTo(seen.get(0));
        assertThat(seen.subList(1, seen.size())).isSorted().endsWith(outcome.bytes());
    }

    @Test
    void aCacheOpensByTheModelsId() throws Exception {
        HubCache cache = new HubCache(root.resolve("hub"));

        Path directory = fetch(1, null).into(cache, NOBODY).directory();

        assertThat(cache.directory(Path.of(LocalHub.ID))).isEqualTo(directory);
        assertThat(directory.getFileName()).hasToString(LocalHub.COMMIT);
        Path weights = directory.resolve(WEIGHTS);
        assertThat(Files.readSymbolicLink(weights))
                .isEqualTo(
                        Path.of("..", "..", "blobs")
                                .resolve(LocalHub.hash("SHA-256", hub.files.get(WEIGHTS))));
        assertThat(weights).hasBinaryContent(hub.files.get(WEIGHTS));
    }

    @Test
    void whatIsThereIsNotFetchedAgain() throws Exception {
        HubCache cache = new HubCache(root.resolve("hub"));
        for (int run = 0; run < 2; run++) {
            ModelFetch.Outcome folder = intoFolder(1);
            ModelFetch.Outcome cached = fetch(1, null).into(cache, NOBODY);
            assertThat(folder.fetched()).isEqualTo(run == 0 ? folder.bytes() : 0);
            assertThat(cached.fetched()).isEqualTo(run == 0 ? cached.bytes() : 0);
        }
        assertThat(hub.requestsFor("config.json")).hasSize(2);
    }

    @Test
    void aFileOfAnotherRevisionIsReplaced() throws Exception {
        intoFolder(1);
        hub.files.put("config.json", LocalHub.bytes("{\"model_type\": \"newt\"}"));

        intoFolder(1);

        assertThat(folder.resolve("config.json")).hasBinaryContent(hub.files.get("config.json"));
    }

    @Test
    void theTokenGoesToTheHubAlone() throws Exception {
        fetch(1, "secret").into(folder, NOBODY);

        assertThat(hub.requests)
                .allSatisfy(
                        request ->
                                assertThat(request.token())
                                        .isEqualTo(
                                                request.host().equals("hub")
                                                        ? "Bearer secret"
                                                        : null))
                .anySatisfy(request -> assertThat(request.host()).isEqualTo("storage"));
    }

    @Test
    void aCutDownloadGoesOnWhereItEnded() throws Exception {
        hub.fail(WEIGHTS, LocalHub.cutAfter(5000), LocalHub.cutAfter(2000));

        intoFolder(2);

        assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(hub.files.get(WEIGHTS));
        assertThat(hub.requestsFor(WEIGHTS))
                .filteredOn(request -> request.host().equals("storage"))
                .extracting(LocalHub.Request::range)
                .containsExactly(null, "bytes=5000-", "bytes=7000-");
    }

    @Test
    void aLaterRunGoesOnToo() throws Exception {
        hub.fail(WEIGHTS, LocalHub.cutAfter(5000));
        assertThatThrownBy(() -> intoFolder(1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("model.safetensors: the connection")
                .hasMessageContaining("5,000 of 8,000 bytes");
        assertThat(folder.resolve(WEIGHTS)).doesNotExist();

        intoFolder(1);

        assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(hub.files.get(WEIGHTS));
        assertThat(hub.requestsFor(WEIGHTS).get(3).range()).isEqualTo("bytes=5000-");
        assertThat(names(folder)).noneMatch(name -> name.endsWith(".incomplete"));
    }

    @Test
    void aHubThatKnowsNoRangesSendsAllOfIt() throws Exception {
        hub.fail(WEIGHTS, LocalHub.cutAfter(5000), LocalHub.other(hub.files.get(WEIGHTS)));

        intoFolder(2);

        assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(hub.files.get(WEIGHTS));
    }

    @ParameterizedTest
    @ValueSource(ints = {416, 206})
    void aRangeThatIsNotTheOneAskedForStartsAnew(int status) throws Exception {
        hub.fail(
                WEIGHTS,
                LocalHub.cutAfter(5000),
                LocalHub.status(status, "Content-Range: bytes 7-8/9"));

        intoFolder(3);

        assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(hub.files.get(WEIGHTS));
    }

    @Test
    void aStalledConnectionCountsAsCut() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        hub.fail(
                WEIGHTS,
                (exchange, content) -> {
                    exchange.sendResponseHeaders(200, content.length);
                    exchange.getResponseBody().write(content, 0, 3000);
                    exchange.getResponseBody().flush();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        Patience patience =
                new Patience(2, Duration.ofSeconds(1), Duration.ofMillis(300), pauses::add);

        new ModelFetch(hub.endpoint(), null, LocalHub.ID, "main", patience).into(folder, NOBODY);

        end.countDown();
        assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(hub.files.get(WEIGHTS));
        assertThat(hub.requestsFor(WEIGHTS).get(3).range()).isEqualTo("bytes=3000-");
    }

    @Test
    void bytesOfAnotherHashAreThrownAway() throws Exception {
        byte[] wrong = LocalHub.bytes("w".repeat(8000));
        hub.fail(WEIGHTS, LocalHub.other(wrong));

        intoFolder(2);

        assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(hub.files.get(WEIGHTS));
    }

    @Test
    void wrongBytesNeverBecomeAFile() {
        byte[] wrong = LocalHub.bytes("w".repeat(8000));
        hub.fail(WEIGHTS, LocalHub.other(wrong), LocalHub.other(wrong));

        assertThatThrownBy(() -> intoFolder(2))
                .hasMessage(
                        "model.safetensors: its hash is %s, but the Hub says %s",
                        LocalHub.hash("SHA-256", wrong),
                        LocalHub.hash("SHA-256", hub.files.get(WEIGHTS)));
        assertThat(folder.resolve(WEIGHTS)).doesNotExist();
    }

    @Test
    void aSmallFileIsCheckedToo() {
        hub.fail("config.json", LocalHub.other(LocalHub.bytes("{\"model_type\": \"newt\"}")));

        assertThatThrownBy(() -> intoFolder(1)).hasMessageContaining("config.json: its hash is");
    }

    @Test
    void moreBytesThanTheHubSaysAreRefused() {
        hub.fail(WEIGHTS, LocalHub.other(LocalHub.bytes("w".repeat(8001))));

        assertThatThrownBy(() -> intoFolder(1))
                .hasMessageContaining("model.safetensors: is longer than the 8,000 bytes");
    }

    @Test
    void aBusyHubIsAskedAgainWhenItSays() throws Exception {
        String inAnHour =
                ZonedDateTime.now(ZoneOffset.UTC)
                        .plusHours(1)
                        .format(DateTimeFormatter.RFC_1123_DATE_TIME);
        hub.fail(
                "description",
                LocalHub.status(429, "Retry-After: 7"),
                LocalHub.status(503),
                LocalHub.status(429, "Retry-After: " + inAnHour),
                LocalHub.status(429, "Retry-After: soon"));

        intoFolder(5);

        assertThat(pauses)
                .containsExactly(
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(2),
                        Patience.MOST,
                        Duration.ofSeconds(8));
    }

    @Test
    void whatFailsEveryTimeIsGivenUp() {
        LocalHub.Fault busy = LocalHub.status(500);
        hub.fail("tokenizer.json", busy, busy, busy);

        assertThatThrownBy(() -> intoFolder(3))
                .hasMessageMatching("tokenizer.json: localhost:\\d+ is busy \\(500\\)");
        assertThat(hub.requestsFor("tokenizer.json")).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401||org/name: not there, or only with a token: set HF_TOKEN (401)",
                "401|t|org/name: not there, or HF_TOKEN may not read it (401)",
                "403|t|org/name: may not be read (403); if its terms must be accepted, do so on"
                        + " its page at the Hub",
                "404||org/name: not at localhost:PORT (404)",
                "418||org/name: localhost:PORT answers 418",
            })
    void aRefusalIsToldAtOnce(int status, String token, String message) {
        hub.fail("description", LocalHub.status(status));

        assertThatThrownBy(() -> fetch(5, token).into(folder, NOBODY))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        message.replace(
                                "localhost:PORT", hub.endpoint().substring("http://".length())));
        assertThat(hub.requests).hasSize(1);
        assertThat(pauses).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://localhost/x", "", "http:", "http://[x"})
    void aRedirectToAnythingElseIsNotFollowed(String location) {
        hub.fail("description", LocalHub.status(302, "Location: " + location));

        assertThatThrownBy(() -> intoFolder(1))
                .hasMessageContaining("redirects to \"" + location + "\", which is not followed");
    }

    @Test
    void redirectsInACircleEnd() {
        LocalHub.Fault self =
                LocalHub.status(307, "Location: /api/models/org/name/revision/main?blobs=true");
        for (int i = 0; i < 20; i++) {
            hub.fail("description", self);
        }

        assertThatThrownBy(() -> intoFolder(1)).hasMessageContaining("more than 10 redirects");
    }

    @Test
    void aHubThatIsNotThereIsNamed() throws IOException {
        String endpoint = hub.endpoint();
        hub.close();

        assertThatThrownBy(() -> intoFolder(2))
                .hasMessageContaining(
                        "org/name: no answer from " + endpoint.substring("http://".length()));
    }

    static Stream<Arguments> strangeDescriptions() {
        return Stream.of(
                description("not a Hub's description", d -> d.put("sha", "../../x")),
                description("not a Hub's description", d -> d.remove("siblings")),
                description("has no safetensors weights", d -> d.putArray("siblings")),
                description(
                        "does not tell size and hash of model.safetensors",
                        d -> lfs(d).put("sha256", "../x")),
                description(
                        "does not tell size and hash of model.safetensors",
                        d -> lfs(d).put("size", -1)),
                description(
                        "does not tell size and hash of model.safetensors",
                        d -> lfs(d).remove("size")));
    }

    private static Arguments description(String message, Consumer<ObjectNode> change) {
        return Arguments.of(message, change);
    }

    private static ObjectNode lfs(ObjectNode description) {
        for (var sibling : description.path("siblings")) {
            if (sibling.has("lfs")) {
                return (ObjectNode) sibling.path("lfs");
            }
        }
        throw new IllegalStateException();
    }

    @ParameterizedTest
    @MethodSource("strangeDescriptions")
    void aDescriptionThatCannotBeTrueIsRefused(String message, Consumer<ObjectNode> change) {
        ObjectNode description = hub.description();
        change.accept(description);
        hub.fail("description", LocalHub.other(LocalHub.bytes(description.toString())));

        assertThatThrownBy(() -> intoFolder(1))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("org/name: ")
                .hasMessageContaining(message);
    }

    @Test
    void anAnswerThatIsNotJsonIsRefused() {
        hub.fail("description", LocalHub.other(LocalHub.bytes("<html>")));

        assertThatThrownBy(() -> intoFolder(1))
                .hasMessage("org/name: the answer is not a Hub's description of a model");
    }

    @Test
    void namesThatLeadElsewhereAreNotFetched() throws Exception {
        for (String name : List.of("../config.json", "/etc/config.json", "a/../../config.json")) {
            hub.files.put(name, LocalHub.bytes("x"));
        }

        assertThat(intoFolder(1).files()).isEqualTo(3);
        assertThat(names(root)).containsExactly("folder");
    }

    @Test
    void shardsAreFetchedWhereThereIsNoSingleFile() throws Exception {
        hub.files.put("model-00001-of-00002.safetensors", LocalHub.bytes("one"));
        hub.files.put("model-00002-of-00002.safetensors", LocalHub.bytes("two"));
        hub.files.put("model.safetensors.index.json", LocalHub.bytes("{}"));
        hub.files.put("onnx/model.safetensors", LocalHub.bytes("three"));
        hub.files.put("1_Dense/model.safetensors", LocalHub.bytes("four"));
        assertThat(intoFolder(1).files()).isEqualTo(4);

        hub.files.remove(WEIGHTS);
        assertThat(intoFolder(1).files()).isEqualTo(6);
        assertThat(folder.resolve("1_Dense/model.safetensors")).hasContent("four");
        assertThat(folder.resolve("onnx")).doesNotExist();
    }

    @Test
    void theOldSnapshotStaysUntilTheNewOneIsWhole() throws Exception {
        HubCache cache = new HubCache(root.resolve("hub"));
        Path ref = cache.folder(LocalHub.ID).resolve("refs/main");
        Files.createDirectories(ref.getParent());
        Files.writeString(ref, "old");
        hub.fail(WEIGHTS, LocalHub.cutAfter(10));

        assertThatThrownBy(() -> fetch(1, null).into(cache, NOBODY));
        assertThat(ref).hasContent("old");

        fetch(1, null).into(cache, NOBODY);
        assertThat(ref).hasContent(LocalHub.COMMIT);
    }

    @Test
    void aFileThatAnotherProcessFetchesIsLeftToIt() throws Exception {
        Files.createDirectories(folder);
        String hash = LocalHub.hash("SHA-256", hub.files.get(WEIGHTS));
        try (FileChannel other =
                FileChannel.open(
                        folder.resolve("." + hash + ".incomplete"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            other.lock();

            assertThatThrownBy(() -> intoFolder(1))
                    .hasMessageContaining(hash + ".incomplete: another process is fetching it");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "name, main, name: is not a model's id",
        "a/b/c, main, a/b/c: is not a model's id",
        "../x, main, ../x: is not a model's id",
        "a/b, ../x, ../x: is not the name of a revision",
        "a/b, a//b, a//b: is not the name of a revision",
    })
    void whatCannotBeAModelIsNotAskedFor(String id, String revision, String message) {
        assertThatThrownBy(() -> new ModelFetch(hub.endpoint(), null, id, revision))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(hub.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "huggingface.co", "file:///x", "http://", "http://a b"})
    void anEndpointThatIsNoAddressIsRefused(String endpoint) {
        assertThatThrownBy(() -> new ModelFetch(endpoint, null, LocalHub.ID, "main"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not the address of a Hub");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
