package dev.flinkreranker.runtime.tokenization;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The words around a pair that is one text: {@code prefix | beforeQuery query afterQuery | between
 * | beforePassage passage | suffix}. No token crosses a bar: there a control token or the
 * pre-tokenizer parts the text.
 */
record PairWords(
        String prefix,
        String beforeQuery,
        String afterQuery,
        String between,
        String beforePassage,
        String suffix) {

    private static final String QWEN3_INSTRUCTION =
            "Given a web search query, retrieve relevant passages that answer the query";

    /**
     * Qwen3-Reranker's: a chat turn that holds instruction, query and document, and an answer with
     * an empty thought. The pre-tokenizer never joins the line break that ends the query with what
     * follows it, and {@code "<Document>"} does not start with a line break or a blank. (The card's
     * {@code max_length} is 8192.)
     */
    private static PairWords qwen3(@Nullable String instruction, @Nullable String beforePassage) {
        return new PairWords(
                "<|im_start|>system\nJudge whether the Document meets the requirements based on the"
                        + " Query and the Instruct provided. Note that the answer can only be"
                        + " \"yes\" or \"no\".<|im_end|>\n<|im_start|>user\n",
                "<Instruct>: "
                        + Objects.requireNonNullElse(instruction, QWEN3_INSTRUCTION)
                        + "\n<Query>: ",
                "\n",
                "",
                "<Document>: " + text(beforePassage),
                "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n");
    }

    /**
     * zerank's: the query is the system's turn, the document the user's. An instruction stands
     * behind the query, as its authors recommend.
     */
    private static PairWords zerank(@Nullable String instruction, @Nullable String beforePassage) {
        return new PairWords(
                "<|im_start|>",
                instruction == null ? "system\n" : "system\n<query>",
                instruction == null
                        ? ""
                        : "</query>\n<instruction>" + instruction + "</instruction>",
                "<|im_end|>\n<|im_start|>",
                "user\n" + text(beforePassage),
                "<|im_end|>\n<|im_start|>assistant\n");
    }

    /**
     * llama-nemotron-rerank's, after its bos. Llama 3's pre-tokenizer ends a run of blanks at its
     * last line break, and joins the blank after that with the word {@code passage:}.
     */
    private static PairWords nemotron(
            @Nullable String beforeQuery, @Nullable String beforePassage) {
        return new PairWords(
                "",
                "question:" + text(beforeQuery),
                " \n \n",
                "",
                " passage:" + text(beforePassage),
                "");
    }

    /**
     * The words of a format whose pairs are one text.
     *
     * @param instruction a tenant's own before the query, or null
     * @param beforePassage a tenant's own before the passage, or null
     */
    static PairWords of(
            PairFormat format, @Nullable String instruction, @Nullable String beforePassage) {
        return switch (format) {
            case QUESTION_AND_PASSAGE -> nemotron(instruction, beforePassage);
            case QWEN3_CHAT -> qwen3(instruction, beforePassage);
            case ZERANK_CHAT -> zerank(instruction, beforePassage);
            default -> throw new IllegalArgumentException(format + " is more than one text");
        };
    }

    private static String text(@Nullable String given) {
        return Objects.requireNonNullElse(given, "");
    }

    /** A pair as one text, uncut. */
    String around(String query, String passage) {
        return prefix
                + beforeQuery
                + query
                + afterQuery
                + between
                + beforePassage
                + passage
                + suffix;
    }

    /**
     * How many tokens of every row are the template's alone.
     *
     * @throws dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException if the tokenizer
     *     lacks one of its control tokens
     */
    int templateLength(TokenizerFile file) {
        return ChatTemplate.ids(file, prefix).length
                + ChatTemplate.ids(file, between).length
                + ChatTemplate.ids(file, suffix).length;
    }
}
