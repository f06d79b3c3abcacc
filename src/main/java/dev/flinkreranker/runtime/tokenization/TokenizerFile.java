package dev.flinkreranker.runtime.tokenization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The {@code tokenizer.json} of a checkpoint. Truncation, padding and special tokens that the file
 * asks for are ignored: the rules of the reference decide them (see {@link PairTokenizers}).
 *
 * <p>Safe for use by many threads. Close it when no tokenizer made from it is in use any more.
 */
public final class TokenizerFile implements AutoCloseable {

    /** A character for private use, which no vocabulary has. */
    private static final String NOWHERE = "\uE000";

    private final Path file;
    private final TokenizerDescription description;
    private final Map<String, Long> addedTokens = new LinkedHashMap<>();
    private final Optional<PairTemplate> pairTemplate;
    private final OptionalLong bosId;
    private final OptionalLong paddingId;
    private final int maxLength;
    private final TruncationSide truncationSide;
    private final Map<String, ObjectNode> replaced;
    private final Map<SpecialTokens, TextEncoder> encoders = new EnumMap<>(SpecialTokens.class);
    private boolean closed;

    private TokenizerFile(
            Path file,
            TokenizerDescription description,
            TokenizerConfig config,
            Map<String, Optional<String>> named) {
        this.file = file;
        this.description = description;
        this.bosId = specialToken(config, description, named, "bos_token");
        this.paddingId = specialToken(config, description, named, "pad_token");
        this.maxLength = config.maxLength();
        this.truncationSide = config.truncationSide(description.truncation());
        this.replaced =
                config.normalizer(description.normalizer())
                        .map(normalizer -> Map.of("normalizer", normalizer))
                        .orElse(Map.of());
        this.pairTemplate = pairTemplate(file, description, config);
        description.addedTokens().forEach(t -> addedTokens.put(t.content(), t.id()));
    }

    /**
     * Opens the tokenizer of a checkpoint and proves that it works.
     *
     * @param directory a checkpoint directory with {@code tokenizer.json}; the configurations
     *     beside it tell special tokens, whether there are token types, the length, the side that
     *     is cut, and how BERT lowers the case
     * @throws InvalidCheckpointException if the file is missing or is not a tokenizer; one line
     *     that names the file
     */
    public static TokenizerFile open(Path directory) {
        return open(directory, directory);
    }

    /**
     * Opens the tokenizer of an adapter.
     *
     * @param modelDirectory where what is said of the model is that is not beside the tokenizer
     * @see #open(Path)
     */
    public static TokenizerFile open(Path directory, Path modelDirectory) {
        Path file = directory.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            throw new InvalidCheckpointException(
                    file + ": not found; a reranker needs the tokenizer.json of its checkpoint");
        }
        try {
            TokenizerConfig config = TokenizerConfig.read(directory, modelDirectory);
            Map<String, Optional<String>> named = config.specialTokens();
            Set<String> specialTokens =
                    named.values().stream()
                            .flatMap(Optional::stream)
                            .collect(Collectors.toUnmodifiableSet());
            TokenizerDescription description = TokenizerDescription.read(file, specialTokens);
            checkSpecialTokens(config, description, named);
            TokenizerFile opened = new TokenizerFile(file, description, config, named);
            opened.encoder(SpecialTokens.PLAIN_TEXT);
            return opened;
        } catch (IOException e) {
            throw InvalidCheckpointException.unreadable(file, e);
        }
    }

    /**
     * Largest id of the vocabulary plus one: how many rows the embedding must have. Added tokens
     * may lie beyond, such as a padding token that no pair holds.
     */
    public long modelVocabularySize() {
        return description.modelVocabularySize();
    }

    /** Largest token id plus one, added tokens included. */
    public long vocabularySize() {
        return description.vocabularySize();
    }

    /** How many token types its pairs have, counted from 0; 1 where it makes none. */
    public int tokenTypes() {
        return 1 + pairTemplate.map(PairTemplate::passageType).orElse(0);
    }

    /** The id of an added token, for example {@code <|im_start|>}; empty if there is none. */
    public OptionalLong addedTokenId(String content) {
        Long id = addedTokens.get(content);
        return id == null ? OptionalLong.empty() : OptionalLong.of(id);
    }

    /** The ids of a text taken as plain text, without special tokens. */
    public long[] ids(String text) {
        return encoder(SpecialTokens.PLAIN_TEXT).ids(text);
    }

    /**
     * The id of the token that a text begins with, for example of the answer "Yes".
     *
     * @throws InvalidCheckpointException if the text begins with no token of its own: what every
     *     unknown text begins with says nothing of this one
     */
    public long firstId(String text) {
        OptionalLong added = addedTokenId(text);
        if (added.isPresent()) {
            return added.getAsLong();
        }
        long[] ids = ids(text);
        long[] unknown = ids(NOWHERE);
        if (ids.length == 0 || unknown.length > 0 && ids[0] == unknown[0]) {
            throw new InvalidCheckpointException(
                    "%s: has no token that \"%s\" begins with, of which the score needs the logit"
                            .formatted(file, text));
        }
        return ids[0];
    }

    /** Where it came from, for messages. */
    Path file() {
        return file;
    }

    /** The special tokens around a pair, where the file has a rule for pairs. */
    Optional<PairTemplate> pairTemplate() {
        return pairTemplate;
    }

    /** The id that starts a sequence, if the tokenizer has one. */
    OptionalLong bosId() {
        return bosId;
    }

    /** The id of padding, if the tokenizer has one. */
    OptionalLong paddingId() {
        return paddingId;
    }

    /** The most tokens that the folder says a pair should have; 2^31 - 1 for no limit. */
    int maxLength() {
        return maxLength;
    }

    /** At which end the folder wants long texts cut. */
    TruncationSide truncationSide() {
        return truncationSide;
    }

    /** The encoder that treats control tokens in text as asked; built at its first use. */
    TextEncoder encoder(SpecialTokens mode) {
        synchronized (encoders) {
            if (closed) {
                throw new IllegalStateException(file + " is closed");
            }
            return encoders.computeIfAbsent(mode, this::build);
        }
    }

    private TextEncoder build(SpecialTokens mode) {
        Map<String, String> names =
                mode == SpecialTokens.PLAIN_TEXT ? unspeakableNames() : Map.of();
        try {
            return new TextEncoder(
                    new NativeTokenizer(new TokenizerRewriter(names, replaced).rewrite(file)));
        } catch (IOException e) {
            throw InvalidCheckpointException.unreadable(file, e);
        } catch (RuntimeException e) {
            String reason = Objects.toString(e.getMessage()).lines().findFirst().orElse("");
            throw new InvalidCheckpointException(file + ": not a tokenizer: " + reason, e);
        }
    }

    /** Names for the special tokens that no text contains, because no text's author knows them. */
    private Map<String, String> unspeakableNames() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        Map<String, String> names = new LinkedHashMap<>();
        for (AddedToken token : description.addedTokens()) {
            if (token.special()) {
                names.put(token.content(), "<" + secret + ":" + token.id() + ">");
            }
        }
        return names;
    }

    private static Optional<PairTemplate> pairTemplate(
            Path file, TokenizerDescription description, TokenizerConfig config) {
        try {
            return PairTemplate.of(description.postProcessor(), config.makesTokenTypes());
        } catch (IllegalArgumentException e) {
            throw new InvalidCheckpointException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The reference would add such a token behind the vocabulary, where the model has no embedding.
     */
    private static void checkSpecialTokens(
            TokenizerConfig config,
            TokenizerDescription description,
            Map<String, Optional<String>> named) {
        named.forEach(
                (field, token) -> {
                    if (token.isPresent() && !description.ids().containsKey(token.get())) {
                        throw config.invalid(
                                field,
                                ("is \"%s\", which tokenizer.json has neither among its added"
                                                + " tokens nor in its vocabulary")
                                        .formatted(token.get()));
                    }
                });
    }

    /** As the tokenizer's files name it; where they do not, by its id in {@code config.json}. */
    private static OptionalLong specialToken(
            TokenizerConfig config,
            TokenizerDescription description,
            Map<String, Optional<String>> named,
            String field) {
        Optional<String> token = named.get(field);
        if (token != null) {
            return token.isPresent()
                    ? OptionalLong.of(description.ids().get(token.get()))
                    : OptionalLong.empty();
        }
        JsonNode id = config.modelField(field + "_id");
        return id.isIntegralNumber() ? OptionalLong.of(id.asLong()) : OptionalLong.empty();
    }

    @Override
    public void close() {
        synchronized (encoders) {
            closed = true;
            encoders.values().forEach(TextEncoder::close);
        }
    }
}
