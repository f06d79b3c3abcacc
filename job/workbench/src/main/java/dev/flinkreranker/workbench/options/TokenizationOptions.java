package dev.flinkreranker.workbench.options;

import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import dev.flinkreranker.runtime.tokenization.Truncation;
import dev.flinkreranker.runtime.tokenization.TruncationSide;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How text becomes tokens. */
public final class TokenizationOptions {

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description =
                    "Limit in tokens, as the model's reference counts it (default: 512, or the"
                            + " model's own limit where that is lower).")
    private @Nullable Integer maxLength;

    @Option(
            names = "--query-max-length",
            paramLabel = "N",
            description = "Limit of the query (default: three quarters of --max-length).")
    private @Nullable Integer queryMaxLength;

    @Option(
            names = "--truncation",
            paramLabel = "RULE",
            defaultValue = "library",
            converter = KebabCase.OfTruncation.class,
            description =
                    "library: as FlagEmbedding cuts long pairs; model-card: as the model card's"
                            + " snippet does (default: ${DEFAULT-VALUE}).")
    private Truncation truncation;

    @Option(
            names = "--truncation-side",
            paramLabel = "SIDE",
            converter = KebabCase.OfTruncationSide.class,
            description =
                    "right or left: where long texts are cut (default: as the model's tokenizer"
                            + " says).")
    private @Nullable TruncationSide truncationSide;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "Question after the passage, for decoders (default: the model's own).")
    private @Nullable String prompt;

    @Option(
            names = "--query-instruction",
            paramLabel = "TEXT",
            description = "Text before the query (default: the model's own).")
    private @Nullable String queryInstruction;

    @Option(
            names = "--passage-instruction",
            paramLabel = "TEXT",
            description = "Text before the passage (default: the model's own).")
    private @Nullable String passageInstruction;

    @Option(
            names = "--special-tokens",
            paramLabel = "MODE",
            defaultValue = "plain-text",
            converter = KebabCase.OfSpecialTokens.class,
            description =
                    "What text such as </s> becomes. plain-text: its characters; reference: the"
                            + " control token (default: ${DEFAULT-VALUE}).")
    private SpecialTokens specialTokens;

    public TokenizationSettings settings() {
        return new TokenizationSettings(
                maxLength,
                queryMaxLength,
                truncation,
                truncationSide,
                prompt,
                queryInstruction,
                passageInstruction,
                specialTokens);
    }
}
