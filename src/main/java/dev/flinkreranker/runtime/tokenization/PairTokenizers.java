package dev.flinkreranker.runtime.tokenization;

import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Makes the {@link PairTokenizer}s of one model, and says beforehand which settings cannot work.
 *
 * <p>Safe for use by many threads.
 */
public final class PairTokenizers {

    /** {@code positions} of a model without a position table. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    static final int SHORTEST_MAX_LENGTH = 8;

    private static final long[] NONE = {};

    private final TokenizerFile file;
    private final PairFormat format;
    private final int positions;
    private final int own;

    /**
     * @param file the model's tokenizer; the caller closes it
     * @param format how the model wants to be asked
     * @param positions longest row in tokens that the model has positions for ({@code
     *     max_position_embeddings}, less two for RoBERTa kinds); {@link #UNLIMITED} for rotary
     *     positions
     * @throws InvalidCheckpointException if the tokenizer lacks what the format needs
     */
    public PairTokenizers(TokenizerFile file, PairFormat format, int positions) {
        this.file = file;
        this.format = format;
        this.positions = positions;
        this.own = Math.min(positions, file.maxLength());
        switch (format) {
            case CROSS_ENCODER, TWO_TEXTS -> template();
            case MXBAI_CHAT -> DecoderPairTokenizer.checkControlTokens(file);
            case QWEN3_CHAT, ZERANK_CHAT ->
                    words(TokenizationSettings.defaults()).templateLength(file);
            default -> bos();
        }
    }

    /**
     * What is wrong with the settings for this model: one line each, none if they are fine.
     *
     * <p>A limit on the query that leaves no room for the passage makes the reference leave
     * over-long pairs uncut. That is followed where the model has positions for such a pair, and
     * refused here where it has not.
     */
    public List<String> check(TokenizationSettings settings) {
        List<String> problems = new ArrayList<>();
        LengthLimits limits = LengthLimits.of(settings, own);
        Optional<String> length = lengthProblem(limits, positions);
        if (length.isPresent()) {
            problems.add(length.get());
        } else if (format == PairFormat.CROSS_ENCODER) {
            long longest = EncoderPairTokenizer.longest(template(), limits, settings.truncation());
            if (longest > positions) {
                problems.add(
                        ("query_max_length %d: with max_length %d it must be below %d, or the"
                                        + " reference leaves pairs of up to %d tokens uncut and the model"
                                        + " has positions for %d")
                                .formatted(
                                        limits.query(),
                                        limits.max(),
                                        limits.max() - template().specialTokens(),
                                        longest,
                                        positions));
            }
        } else if (format == PairFormat.QWEN3_CHAT || format == PairFormat.ZERANK_CHAT) {
            int taken = words(settings).templateLength(file);
            if (limits.max() <= taken) {
                problems.add(
                        "max_length %d: the chat template alone takes %d tokens"
                                .formatted(limits.max(), taken));
            }
        }
        promptProblem(settings, format).ifPresent(problems::add);
        return problems;
    }

    /**
     * What is wrong with the settings, as far as it shows without the model's tokenizer.
     *
     * @param format how the model wants to be asked
     * @param positions as in the constructor
     */
    public static List<String> check(
            TokenizationSettings settings, PairFormat format, int positions) {
        return Stream.of(
                        lengthProblem(LengthLimits.of(settings, positions), positions),
                        promptProblem(settings, format))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> lengthProblem(LengthLimits limits, int positions) {
        if (limits.max() < SHORTEST_MAX_LENGTH) {
            return Optional.of(
                    "max_length %d: must be at least %d"
                            .formatted(limits.max(), SHORTEST_MAX_LENGTH));
        }
        if (limits.query() < 1) {
            return Optional.of("query_max_length %d: must be at least 1".formatted(limits.query()));
        }
        return limits.max() <= positions
                ? Optional.empty()
                : Optional.of(
                        "max_length %d: the model has positions for %d tokens"
                                .formatted(limits.max(), positions));
    }

    private static Optional<String> promptProblem(
            TokenizationSettings settings, PairFormat format) {
        return settings.prompt() == null || format.prompt() != null
                ? Optional.empty()
                : Optional.of("prompt: this model takes none");
    }

    /** What {@code max_length} is where the settings leave it open, in tokens. */
    public int defaultMaxLength() {
        return LengthLimits.of(TokenizationSettings.defaults(), own).max();
    }

    /**
     * The tokenizer of these settings.
     *
     * @throws IllegalArgumentException with the first line of {@link #check}, if it has any
     */
    public PairTokenizer of(TokenizationSettings settings) {
        List<String> problems = check(settings);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.get(0));
        }
        TextEncoder encoder = file.encoder(settings.specialTokens());
        LengthLimits limits = LengthLimits.of(settings, own);
        TruncationSide side =
                settings.truncationSide() != null
                        ? settings.truncationSide()
                        : file.truncationSide();
        return switch (format) {
            case CROSS_ENCODER ->
                    new EncoderPairTokenizer(encoder, template(), limits, side, settings);
            case TWO_TEXTS -> new TextsTokenizer(encoder, template(), limits, side, settings);
            case YES_NO_PROMPT, LAYERWISE_PROMPT, PREDICT_PROMPT ->
                    DecoderPairTokenizer.prompted(
                            encoder,
                            bos(),
                            settings.prompt() != null ? settings.prompt() : format.prompt(),
                            limits,
                            side,
                            settings);
            case MXBAI_CHAT -> DecoderPairTokenizer.mxbai(file, encoder, limits, side, settings);
            case QUESTION_AND_PASSAGE ->
                    new OneTextPairTokenizer(
                            words(settings), bos(), file, encoder, limits, side, settings);
            case QWEN3_CHAT, ZERANK_CHAT ->
                    new OneTextPairTokenizer(
                            words(settings), NONE, file, encoder, limits, side, settings);
        };
    }

    private PairWords words(TokenizationSettings settings) {
        return PairWords.of(format, settings.queryInstruction(), settings.passageInstruction());
    }

    /** What a pair's ids spell, control tokens by their names; for people. */
    public String text(TokenizedPair pair) {
        return file.encoder(SpecialTokens.REFERENCE).text(pair.ids());
    }

    private PairTemplate template() {
        return file.pairTemplate()
                .orElseThrow(
                        () ->
                                new InvalidCheckpointException(
                                        file.file()
                                                + ": post_processor has no template for a pair,"
                                                + " which an encoder needs"));
    }

    private long[] bos() {
        OptionalLong bos = file.bosId();
        if (bos.isPresent() && (bos.getAsLong() < 0 || bos.getAsLong() >= file.vocabularySize())) {
            throw new InvalidCheckpointException(
                    "%s: has ids up to %d, but config.json's field \"bos_token_id\" is %d"
                            .formatted(file.file(), file.vocabularySize() - 1, bos.getAsLong()));
        }
        return bos.isPresent() && (format.alwaysBegins() || !bos.equals(file.paddingId()))
                ? new long[] {bos.getAsLong()}
                : NONE;
    }
}
