package dev.flinkreranker.runtime.tokenization;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @TempDir Path directory;

    @Test
    void takesTheModelsOwnWordsWithAnInstructionOrWithout() throws IOException {
        write(QWEN3);

        assertThatCode(() -> check(PairFormat.QWEN3_CHAT, null)).doesNotThrowAnyException();
        assertThatCode(() -> check(PairFormat.QWEN3_CHAT, "Find code")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(PairFormat.class)
    void leavesATemplateForTalkAlone(PairFormat format) throws IOException {
        write(TALK);
        writeConfig(TALK);

        assertThatCode(() -> check(format, null)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<Query>", "Judge", "that answer the", "</think>"})
    void refusesOtherWords(String part) throws IOException {
        write(QWEN3.replace(part, part + " "));

        assertThatThrownBy(() -> check(PairFormat.QWEN3_CHAT, null))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(directory.resolve("chat_template.jinja") + ": ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws IOException {
        write("{% if true %}" + QWEN3 + "{% endif %}");

        assertThatThrownBy(() -> check(PairFormat.QWEN3_CHAT, null))
                .hasMessage(
                        directory.resolve("chat_template.jinja")
                                + ": has a tag that is not known: if true");
    }

    @Test
    void findsTemplatesInTheTokenizersConfigurationToo() throws IOException {
        writeConfig(QWEN3.replace("Judge", "judge"));

        assertThatThrownBy(() -> check(PairFormat.QWEN3_CHAT, null))
                .hasMessageContaining("tokenizer_config.json: chat_template: asks in other words")
                .hasMessageContaining("from character 19 on");
    }

    @ParameterizedTest
    @EnumSource(value = PairFormat.class, names = "QWEN3_CHAT", mode = EnumSource.Mode.EXCLUDE)
    void noOtherModelHasOne(PairFormat format) throws IOException {
        write(QWEN3);

        assertThatThrownBy(() -> check(format, null))
                .hasMessageContaining("is for pairs, but no such template is known for this model");
    }

    private void check(PairFormat format, String instruction) {
        DeclaredTemplates.check(directory, format, instruction);
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
