package dev.flinkreranker.tests.fuzz;

import static dev.flinkreranker.tests.support.Json.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Spoils JSON by a seed: first its tree (other types, odd values, missing and unknown fields), so
 * that most of the damage lies behind the syntax, then now and then its bytes.
 */
final class JsonMutator {

    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final List<String> TEXTS =
            List.of(
                    "",
                    " ",
                    "\u0000",
                    "\n\t",
                    "</s>",
                    "<s></s><pad><unk><mask>",
                    "[CLS] [SEP]",
                    "\ud83d\ude00",
                    "e\u0301\u0301\u0301\u202e\u200d",
                    "\uffff\ufeff",
                    "none",
                    "true",
                    "1e9",
                    "../../etc/passwd",
                    "${env:HOME}",
                    "acme");

    private static final List<String> RAW =
            List.of(
                    "NaN",
                    "-0",
                    "1e400",
                    "1E-400",
                    "100e2147483647",
                    "100e-2147483647",
                    "00",
                    "\"\\ud83d\"",
                    "\"\\udc00\\ud800\"",
                    "\"a\u0001b\"",
                    "\"\\u0000\"",
                    "[".repeat(2_000),
                    "{\"a\":".repeat(40) + "1" + "}".repeat(40),
                    "9".repeat(1_200),
                    "'a'",
                    "/* */",
                    ",",
                    "}",
                    "]");

    private final SplittableRandom random;

    JsonMutator(SplittableRandom random) {
        this.random = random;
    }

    /** A spoilt version of a tree, as bytes. The tree is not changed. */
    byte[] mutate(JsonNode valid) {
        JsonNode tree = valid.deepCopy();
        for (int i = random.nextInt(4); i > 0; i--) {
            spoil(tree);
        }
        byte[] bytes = tree.toString().getBytes(StandardCharsets.UTF_8);
        return random.nextInt(4) == 0 ? spoil(bytes) : bytes;
    }

    private void spoil(JsonNode root) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        if (containers.isEmpty()) {
            return;
        }
        JsonNode chosen = containers.get(random.nextInt(containers.size()));
        if (chosen instanceof ObjectNode object) {
            spoil(object);
        } else if (chosen instanceof ArrayNode array) {
            spoil(array);
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private void spoil(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        if (names.isEmpty()) {
            object.set(text(), value());
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(6)) {
            case 0 -> object.remove(name);
            case 1 -> object.set(misspelt(name), object.remove(name));
            case 2 -> object.set(text(), value());
            default -> object.set(name, value());
        }
    }

    private void spoil(ArrayNode array) {
        if (array.isEmpty()) {
            array.add(value());
            return;
        }
        int index = random.nextInt(array.size());
        switch (random.nextInt(5)) {
            case 0 -> array.remove(index);
            case 1 -> array.insert(index, array.get(index).deepCopy());
            case 2 -> {
                for (int i = random.nextInt(60); i > 0; i--) {
                    array.add(array.get(index).deepCopy());
                }
            }
            default -> array.set(index, value());
        }
    }

    private String misspelt(String name) {
        int at = random.nextInt(name.length() + 1);
        return random.nextBoolean()
                ? name.substring(0, at) + (char) (32 + random.nextInt(95)) + name.substring(at)
                : name.toUpperCase(Locale.ROOT);
    }

    private String text() {
        String text = TEXTS.get(random.nextInt(TEXTS.size()));
        return random.nextInt(8) == 0 ? (text + "x").repeat(1 + random.nextInt(3_000)) : text;
    }

    private JsonNode value() {
        List<Supplier<JsonNode>> kinds =
                Arrays.asList(
                        NODES::nullNode,
                        () -> NODES.booleanNode(random.nextBoolean()),
                        () -> NODES.numberNode(random.nextInt(-2, 12)),
                        () -> NODES.numberNode(random.nextInt()),
                        () -> NODES.numberNode(random.nextLong()),
                        () -> NODES.numberNode(new BigInteger(200, new Random(7))),
                        () -> NODES.numberNode(random.nextDouble(-2, 2)),
                        () -> NODES.numberNode(Double.MAX_VALUE),
                        // Without its zeros, its exponent is beyond those of decimals.
                        () -> DecimalNode.valueOf(new BigDecimal("100e2147483647")),
                        () -> NODES.textNode(text()),
                        () -> NODES.textNode(text()),
                        NODES::arrayNode,
                        NODES::objectNode,
                        () -> NODES.arrayNode().add(NODES.nullNode()),
                        () -> NODES.objectNode().set(text(), NODES.textNode(text())),
                        this::deep);
        return kinds.get(random.nextInt(kinds.size())).get();
    }

    private JsonNode deep() {
        JsonNode node = NODES.numberNode(1);
        for (int i = random.nextInt(60); i > 0; i--) {
            node = NODES.arrayNode().add(node);
        }
        return node;
    }

    private byte[] spoil(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> splice(bytes, at, new byte[] {(byte) random.nextInt(256)});
            case 2 -> flipped(bytes);
            case 3 ->
                    splice(
                            bytes,
                            at,
                            RAW.get(random.nextInt(RAW.size())).getBytes(StandardCharsets.UTF_8));
            default -> {
                // The same again, or a piece of it: a field twice, something after the end.
                int to = at + random.nextInt(bytes.length - at + 1);
                yield splice(bytes, at, Arrays.copyOfRange(bytes, at, to));
            }
        };
    }

    private byte[] flipped(byte[] bytes) {
        byte[] flipped = bytes.clone();
        for (int i = random.nextInt(4); i >= 0 && flipped.length > 0; i--) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private static byte[] splice(byte[] bytes, int at, byte[] piece) {
        byte[] spliced = new byte[bytes.length + piece.length];
        System.arraycopy(bytes, 0, spliced, 0, at);
        System.arraycopy(piece, 0, spliced, at, piece.length);
        System.arraycopy(bytes, at, spliced, at + piece.length, bytes.length - at);
        return spliced;
    }

    /** A tree from its text, in which quotes may be single. */
    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A tree from a file. */
    static JsonNode tree(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
