package dev.flinkreranker.runtime.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclaredTemplatesTest {

    private static final String CONTENT =
            "{{ messages | selectattr(\"role\", \"eq\", \"ROLE\") | map(attribute=\"content\") | first";

    /** Qwen3-Reranker's, as folders of Sentence Transformers have it. */
    private static final String QWEN3 =
            "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query"
                    + " and the Instruct provided. Note that the answer can only be \"yes\" or"
                    + " \"no\".<|im_end|>\n<|im_start|>user\n<Instruct>: "
                    + CONTENT.replace("ROLE", "system")
                    + " | default(\"Given a web search query, retrieve relevant passages that answer"
                    + " the query\") }}\n<Query>: "
                    + CONTENT.replace("ROLE", "query")
                    + " }}\n<Document>: "
                    + CONTENT.replace("ROLE", "document")
                    + " }}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n\n";

    /** For talk: it goes through messages, whatever their roles. */
    private static final String TALK =
            "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}";

    private static final String QUERY_OF = CONTENT.replace("ROLE", "query") + " }}";
    private static final String DOCUMENT_OF = CONTENT.replace("ROLE", "document") + " }}";

    private static final String ZERANK =
            "<|im_start|>system\n"
                    + QUERY_OF
                    + "<|im_end|>\n<|im_start|>user\n"
                    + DOCUMENT_OF
                    + "<|im_end|>\n<|im_start|>assistant\n\n";

    /** The same by another way: what the messages' roles become, and what a setting asks for. */
    private static final String ZERANK_BY_ROLES =
            """
            {%- set roles = {"query": "system", "document": "user"} -%}
            {%- for message in messages -%}
            {{ "<|im_start|>" + roles.get(message.role, message.role) + "\\n" }}
            {{- message["content"] + "<|im_end|>\\n" }}
            {%- endfor -%}
            {%- if add_generation_prompt -%}
            {{ "<|im_start|>assistant\\n" }}
            {%- endif -%}
            """;

    private static final String MXBAI =
            "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful"
                    + " assistant.<|im_end|>\n<|im_start|>user\nquery: "
                    + QUERY_OF
                    + "\ndocument: "
                    + DOCUMENT_OF
                    + "\nYou are a search relevance expert who evaluates how well documents match"
                    + " search queries. For each query-document pair, carefully analyze the semantic"
                    + " relationship between them, then provide your binary relevance judgment (0 for"
                    + " not relevant, 1 for relevant).\nRelevance:<|im_end|>\n"
                    + "<|im_start|>assistant\n\n";

    private static final String NEMOTRON = "question:" + QUERY_OF + " \n \n passage:" + DOCUMENT_OF;

    private static final List<PairFormat> QWEN =
            List.of(PairFormat.QWEN3_CHAT, PairFormat.ZERANK_CHAT, PairFormat.MXBAI_CHAT);

    @TempDir Path directory;

    @Test
    void takesTheModelsOwnWordsWithAnInstructionOrWithout() throws IOException {
        write(QWEN3);

        assertThat(format(QWEN, null)).isEqualTo(PairFormat.QWEN3_CHAT);
        assertThat(format(QWEN, "Find code")).isEqualTo(PairFormat.QWEN3_CHAT);
    }

    @Test
    void knowsWordsByWhatTheySayHoweverTheTemplateIsWritten() throws IOException {
        write(ZERANK);
        assertThat(format(QWEN, null)).isEqualTo(PairFormat.ZERANK_CHAT);
        write(ZERANK_BY_ROLES);
        Files.writeString(
                directory.resolve("sentence_bert_config.json"),
                "{\"processing_kwargs\": {\"chat_template\": {\"add_generation_prompt\": true}}}");
        assertThat(format(QWEN, null)).isEqualTo(PairFormat.ZERANK_CHAT);
        write(MXBAI);
        assertThat(format(QWEN, null)).isEqualTo(PairFormat.MXBAI_CHAT);
        write(NEMOTRON);
        assertThat(format(List.of(PairFormat.QUESTION_AND_PASSAGE), null))
                .isEqualTo(PairFormat.QUESTION_AND_PASSAGE);
    }

    @Test
    void whatATemplateDoesWithBlanksOfATextBelongsToItsWords() throws IOException {
        write(ZERANK.replace("first }}", "first | trim }}"));

        assertThatThrownBy(() -> format(QWEN, null)).hasMessageContaining("from character 19 on");
    }

    @Test
    void twoTemplatesMustAskInTheSameWords() throws IOException {
        write(ZERANK);
        writeConfig(QWEN3);

        assertThatThrownBy(() -> format(QWEN, null))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("its chat templates ask in different words");
    }

    @Test
    void modulesThatNeedATemplateTakeNoneForTalk() throws IOException {
        assertThatThrownBy(() -> DeclaredTemplates.format(directory, directory, QWEN, null, true))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("declares no chat template for pairs");
        write(TALK);
        assertThatThrownBy(() -> DeclaredTemplates.format(directory, directory, QWEN, null, true))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("from character 12 on");
    }

    @ParameterizedTest
    @EnumSource(PairFormat.class)
    void leavesATemplateForTalkAlone(PairFormat format) throws IOException {
        write(TALK);
        writeConfig(TALK);

        assertThat(format(List.of(format), null)).isEqualTo(format);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<Query>", "Judge", "that answer the", "</think>"})
    void refusesOtherWords(String part) throws IOException {
        write(QWEN3.replace(part, part + " "));

        assertThatThrownBy(() -> format(QWEN, null))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(directory.resolve("chat_template.jinja") + ": ")
                .hasMessageContaining("asks in other words than Qwen3-Reranker's")
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws IOException {
        write("{% macro a() %}" + QWEN3 + "{% endmacro %}");

        assertThatThrownBy(() -> format(QWEN, null))
                .hasMessage(
                        directory.resolve("chat_template.jinja")
                                + ": has a tag that is not known: macro a()");
    }

    @Test
    void findsTemplatesInTheTokenizersConfigurationToo() throws IOException {
        writeConfig(QWEN3.replace("Judge", "judge"));

        assertThatThrownBy(() -> format(QWEN, null))
                .hasMessageContaining("tokenizer_config.json: chat_template: asks in other words")
                .hasMessageContaining("from character 19 on");
    }

    @ParameterizedTest
    @EnumSource(
            value = PairFormat.class,
            names = {"QWEN3_CHAT", "ZERANK_CHAT", "MXBAI_CHAT", "QUESTION_AND_PASSAGE"},
            mode = EnumSource.Mode.EXCLUDE)
    void noOtherModelHasOne(PairFormat format) throws IOException {
        write(QWEN3);

        assertThatThrownBy(() -> format(List.of(format), null))
                .hasMessageContaining("is for pairs, but no such template is known for this model");
    }

    private PairFormat format(List<PairFormat> formats, String instruction) {
        return DeclaredTemplates.format(directory, directory, formats, instruction, false);
    }

    private void write(String template) throws IOException {
        Files.writeString(directory.resolve("chat_template.jinja"), template);
    }

    private void writeConfig(String template) throws IOException {
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                new ObjectMapper().createObjectNode().put("chat_template", template).toString());
    }
}
