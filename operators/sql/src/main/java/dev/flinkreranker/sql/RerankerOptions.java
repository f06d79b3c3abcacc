package dev.flinkreranker.sql;

import static org.apache.flink.configuration.ConfigOptions.key;

import dev.flinkreranker.operators.tenant.Fusion;
import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.Truncation;
import dev.flinkreranker.runtime.tokenization.TruncationSide;
import java.time.Duration;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/**
 * The options of a model with {@code 'provider' = 'reranker'}, and of the functions. Those of
 * {@link #SCORING} and {@link #RANKING} are fields of a tenant's settings, with dashes for
 * underscores.
 */
@PublicEvolving
public final class RerankerOptions {

    /** The checkpoint. */
    public static final ConfigOption<String> MODEL =
            key("model")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The unconverted Hugging Face checkpoint: a folder that is at the same"
                                    + " path on every TaskManager, or the id of one in the Hub's"
                                    + " cache.");

    /** The number format. */
    public static final ConfigOption<ComputeType> DTYPE =
            key("dtype")
                    .enumType(ComputeType.class)
                    .defaultValue(ComputeType.AUTO)
                    .withDescription(
                            "The number format to compute in. auto is bfloat16 where the device has"
                                    + " instructions for it, else float16 on a GPU, else float32.");

    /** The device. */
    public static final ConfigOption<String> DEVICE =
            key("device")
                    .stringType()
                    .defaultValue("cpu")
                    .withDescription(
                            "cpu, cuda, cuda:N, or several with commas between them; or auto: the"
                                    + " GPUs that Flink gives a task, else the CPU.");

    /** Checksums. */
    public static final ConfigOption<String> SHA256 =
            key("sha256")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "What model.safetensors must be, or the lines of sha256sum for all"
                                    + " files. By default anything.");

    /** The base of an adapter. */
    public static final ConfigOption<String> BASE =
            key("base")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The model that a LoRA adapter in the folder is put on. By default the"
                                    + " one that it names.");

    /** Checksums of the base. */
    public static final ConfigOption<String> BASE_SHA256 =
            key("base-sha256")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The same as sha256 of an adapter's base. By default anything.");

    /** Layers to score at. */
    public static final ConfigOption<List<Integer>> CUTOFF_LAYERS =
            key("cutoff-layers")
                    .intType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "Layers whose state is scored, ascending. The deepest ranks. By default"
                                    + " the last layer alone.");

    /** Token compression. */
    public static final ConfigOption<Integer> COMPRESS_RATIO =
            key("compress-ratio")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "How many neighbouring passage states become one, 1 to 1024. By default"
                                    + " 1.");

    /** Where tokens are compressed. */
    public static final ConfigOption<List<Integer>> COMPRESS_LAYERS =
            key("compress-layers")
                    .intType()
                    .asList()
                    .noDefaultValue()
                    .withDescription("Layers before which passage states are merged, ascending.");

    /** Which head scores. */
    public static final ConfigOption<HeadSelection> HEAD_SELECTION =
            key("head-selection")
                    .enumType(HeadSelection.class)
                    .noDefaultValue()
                    .withDescription(
                            "Which head scores a cutoff: by its position in the list, as the"
                                    + " reference does (default), or by its layer.");

    /** Soft cap of attention. */
    public static final ConfigOption<Boolean> ATTENTION_SOFTCAP =
            key("attention-softcap")
                    .booleanType()
                    .noDefaultValue()
                    .withDescription("Whether attention logits are soft-capped. By default not.");

    /** Limit of a pair. */
    public static final ConfigOption<Integer> MAX_LENGTH =
            key("max-length")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Limit of query and passage together, in tokens, from 8. By default 512,"
                                    + " or the model's own where that is lower.");

    /** Limit of the query. */
    public static final ConfigOption<Integer> QUERY_MAX_LENGTH =
            key("query-max-length")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Limit of the query, in tokens. By default three quarters of"
                                    + " max-length.");

    /** How long pairs are cut. */
    public static final ConfigOption<Truncation> TRUNCATION =
            key("truncation")
                    .enumType(Truncation.class)
                    .noDefaultValue()
                    .withDescription(
                            "The rule that cuts a pair that is too long: the reference library's"
                                    + " (default) or the model card's.");

    /** Where texts are cut. */
    public static final ConfigOption<TruncationSide> TRUNCATION_SIDE =
            key("truncation-side")
                    .enumType(TruncationSide.class)
                    .noDefaultValue()
                    .withDescription("At which end a text is cut. By default the model's own.");

    /** The prompt. */
    public static final ConfigOption<String> PROMPT =
            key("prompt")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The question put after the passage. By default the model's own.");

    /** The query's instruction. */
    public static final ConfigOption<String> QUERY_INSTRUCTION =
            key("query-instruction")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Text put before the query. By default the model's own.");

    /** The passage's instruction. */
    public static final ConfigOption<String> PASSAGE_INSTRUCTION =
            key("passage-instruction")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Text put before the passage. By default the model's own.");

    /** Control tokens in text. */
    public static final ConfigOption<SpecialTokens> SPECIAL_TOKENS =
            key("special-tokens")
                    .enumType(SpecialTokens.class)
                    .noDefaultValue()
                    .withDescription(
                            "What becomes of text that spells a control token: it is scored as its"
                                    + " characters (default), or becomes the token.");

    /** Scores between 0 and 1. */
    public static final ConfigOption<Boolean> NORMALIZE =
            key("normalize")
                    .booleanType()
                    .noDefaultValue()
                    .withDescription(
                            "Whether scores are 1 / (1 + exp(-logit)). By default they are logits.");

    /** Scores as the model's folder has them. */
    public static final ConfigOption<Boolean> NORMALIZE_AS_DECLARED =
            key("normalize-as-declared")
                    .booleanType()
                    .noDefaultValue()
                    .withDescription(
                            "Whether the model's folder decides that: where it declares a sigmoid,"
                                    + " scores are normalized. By default not.");

    /** Whether scores are kept. */
    public static final ConfigOption<Boolean> CACHE =
            key("cache")
                    .booleanType()
                    .noDefaultValue()
                    .withDescription(
                            "Whether scores may come from the process's score cache. By default"
                                    + " not.");

    /** Share of the device. */
    public static final ConfigOption<Double> WEIGHT =
            key("weight")
                    .doubleType()
                    .noDefaultValue()
                    .withDescription(
                            "Share of the device relative to other tenants, 1e-6 to 1e6. By default"
                                    + " 1.");

    /** Most documents of a ranking. */
    public static final ConfigOption<Integer> TOP_N =
            key("top-n")
                    .intType()
                    .noDefaultValue()
                    .withDescription("Most documents of a ranking. By default all.");

    /** Least score of a ranking. */
    public static final ConfigOption<Double> MIN_SCORE =
            key("min-score")
                    .doubleType()
                    .noDefaultValue()
                    .withDescription(
                            "Documents with a lower score, or none, are left out of a ranking.");

    /** Most documents that are scored. */
    public static final ConfigOption<Integer> MAX_CANDIDATES =
            key("max-candidates")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Only so many documents, from the front, are scored. The others follow"
                                    + " without a score.");

    /** Fusion with the first stage. */
    public static final ConfigOption<Fusion> FUSION =
            key("fusion")
                    .enumType(Fusion.class)
                    .noDefaultValue()
                    .withDescription(
                            "Whether the documents' own score has a part in the ranking, and how."
                                    + " By default none.");

    /** The first stage's part. */
    public static final ConfigOption<Double> FUSION_WEIGHT =
            key("fusion-weight")
                    .doubleType()
                    .noDefaultValue()
                    .withDescription(
                            "The documents' own score's part in z_sum, above 0 and below 1. By"
                                    + " default 0.5.");

    /** The constant of reciprocal ranks. */
    public static final ConfigOption<Integer> FUSION_K =
            key("fusion-k")
                    .intType()
                    .noDefaultValue()
                    .withDescription("The constant of reciprocal_rank, from 1. By default 60.");

    /** Fields of a tenant's settings that hold for every row. */
    static final List<ConfigOption<?>> SCORING =
            List.of(
                    CUTOFF_LAYERS,
                    COMPRESS_RATIO,
                    COMPRESS_LAYERS,
                    HEAD_SELECTION,
                    ATTENTION_SOFTCAP,
                    MAX_LENGTH,
                    QUERY_MAX_LENGTH,
                    TRUNCATION,
                    TRUNCATION_SIDE,
                    PROMPT,
                    QUERY_INSTRUCTION,
                    PASSAGE_INSTRUCTION,
                    SPECIAL_TOKENS,
                    NORMALIZE,
                    NORMALIZE_AS_DECLARED,
                    CACHE,
                    WEIGHT);

    /** Fields of a tenant's settings that need a list of documents. */
    static final List<ConfigOption<?>> RANKING =
            List.of(TOP_N, MIN_SCORE, MAX_CANDIDATES, FUSION, FUSION_WEIGHT, FUSION_K);

    /** Who pays. */
    public static final ConfigOption<String> TENANT =
            key("tenant")
                    .stringType()
                    .defaultValue("default")
                    .withDescription(
                            "Whose rows they are: tenants of a process have equal shares of its"
                                    + " device, by their weights.");

    /** How long a row may take. */
    public static final ConfigOption<Duration> TIMEOUT =
            key("timeout")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "How long a row's scores are wanted. By default nine tenths of what"
                                    + " Flink gives an asynchronous call before it fails the job.");

    /** What becomes of a bad row. */
    public static final ConfigOption<OnError> ON_ERROR =
            key("on-error")
                    .enumType(OnError.class)
                    .defaultValue(OnError.NULL)
                    .withDescription(
                            "What becomes of a row that cannot be scored: it goes on with nulls, or"
                                    + " fails the job.");

    /** Limit of documents. */
    public static final ConfigOption<Integer> LIMITS_DOCUMENTS =
            key("limits.documents")
                    .intType()
                    .defaultValue(1_000)
                    .withDescription("Most documents of a row. One with more is rejected.");

    /** Limit of a text. */
    public static final ConfigOption<Integer> LIMITS_TEXT_CHARS =
            key("limits.text-chars")
                    .intType()
                    .defaultValue(100_000)
                    .withDescription("Most UTF-16 characters of the query, and of each document.");

    /** Limit of a row. */
    public static final ConfigOption<Integer> LIMITS_ROW_CHARS =
            key("limits.row-chars")
                    .intType()
                    .defaultValue(1_000_000)
                    .withDescription("Most UTF-16 characters of query and documents together.");

    /** Tokens of a batch. */
    public static final ConfigOption<Integer> ENGINE_BATCH_TOKENS =
            key("engine.batch-tokens")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Token budget of a batch on the device. By default 8192, and 32768 on a"
                                    + " GPU.");

    /** Pairs of a batch. */
    public static final ConfigOption<Integer> ENGINE_BATCH_PAIRS =
            key("engine.batch-pairs")
                    .intType()
                    .defaultValue(1024)
                    .withDescription("Most pairs of a batch on the device.");

    /** Tokenizer threads. */
    public static final ConfigOption<Integer> ENGINE_TOKENIZER_THREADS =
            key("engine.tokenizer-threads")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Threads that turn text into tokens. By default half the processors, at"
                                    + " most 8.");

    /** The score cache. */
    public static final ConfigOption<MemorySize> ENGINE_CACHE_SIZE =
            key("engine.cache-size")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(64))
                    .withDescription("Heap for the score cache.");

    /** What has no part in a score: the row's terms, limits, and the process's engine. */
    static final List<ConfigOption<?>> TERMS =
            List.of(
                    TENANT,
                    TIMEOUT,
                    ON_ERROR,
                    LIMITS_DOCUMENTS,
                    LIMITS_TEXT_CHARS,
                    LIMITS_ROW_CHARS,
                    ENGINE_BATCH_TOKENS,
                    ENGINE_BATCH_PAIRS,
                    ENGINE_TOKENIZER_THREADS,
                    ENGINE_CACHE_SIZE);

    /** Which model. */
    static final List<ConfigOption<?>> CHECKPOINT =
            List.of(MODEL, DTYPE, DEVICE, SHA256, BASE, BASE_SHA256);

    private RerankerOptions() {}
}
