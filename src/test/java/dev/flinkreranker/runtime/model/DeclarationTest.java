package dev.flinkreranker.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.tokenization.PairTokenizer;
import dev.flinkreranker.runtime.tokenization.TokenizationSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a folder of Sentence Transformers says beside its weights. */
class DeclarationTest {

    private static final Path MODEL = Path.of("..", "tests", "models", "scifact-minilm-layerwise");

    @TempDir Path directory;

    @BeforeEach
    void copy() throws IOException {
        for (String file : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
            Files.copy(MODEL.resolve(file), directory.resolve(file));
        }
    }

    @Test
    void theDefaultPromptComesBeforeAQueryUnlessATenantHasItsOwn() throws IOException {
        declare("{'prompts': {'q': 'find: ', 'd': ''}, 'default_prompt_name': 'q'}");

        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            TokenizationSettings none = TokenizationSettings.defaults();
            PairTokenizer declared = reranker.tokenizer(none);
            PairTokenizer asked = reranker.tokenizer(none.withQueryInstruction("find: "));
            assertThat(declared.pair("a cell", "text").ids())
                    .containsExactly(asked.pair("a cell", "text").ids());
            assertThat(reranker.pairText(none, "Cell", "Text"))
                    .isEqualTo("[CLS] find : cell [SEP] text [SEP]");
            assertThat(reranker.pairText(none.withQueryInstruction(""), "Cell", "Text"))
                    .isEqualTo("[CLS] cell [SEP] text [SEP]");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'activation_fn': 'torch.nn.modules.linear.Identity'}|{}|Identity|config_sentence_transformers.json",
                "{}|{'sentence_transformers': {'activation_fn': 'torch.nn.modules.linear.Identity', 'version': '5.0'}}|Identity|config.json",
                "{}|{'sbert_ce_default_activation_function': 'torch.nn.modules.linear.Identity'}|Identity|config.json",
                "{'activation_fn': null}|{'sbert_ce_default_activation_function': null}|Sigmoid|",
            })
    void theActivationIsReadWhereTheLibraryReadsIt(
            String declaration, String more, String name, String source) throws IOException {
        declare(declaration);
        String config = Files.readString(directory.resolve("config.json"));
        String fields = more.substring(1, more.length() - 1).replace('\'', '"');
        Files.writeString(
                directory.resolve("config.json"),
                fields.isEmpty() ? config : config.replaceFirst("\\{", "{" + fields + ","));

        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThat(reranker.declaredScore().name()).isEqualTo(name);
            assertThat(reranker.declaredScore().source()).isEqualTo(source == null ? "" : source);
        }
    }

    @Test
    void anActivationThatCannotBeFollowedIsNamed() throws IOException {
        declare("{'activation_fn': 'torch.nn.modules.activation.Tanh'}");

        try (Reranker reranker = Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
            assertThat(reranker.declaredScore().isSigmoid()).isFalse();
            assertThat(reranker.declaredScore().objection())
                    .contains(
                            "the model's config_sentence_transformers.json declares"
                                    + " torch.nn.modules.activation.Tanh; supported are Sigmoid and"
                                    + " Identity");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'default_prompt_name': 'q'}|field \"prompts.q\" is missing",
                "{'default_prompt_name': 'q', 'prompts': {'q': 7}}|field \"prompts.q\" must be a text",
                "{'default_prompt_name': 'q', 'prompts': ['q']}|field \"prompts\" must be an object",
                "{'default_prompt_name': 7, 'prompts': {}}|field \"default_prompt_name\" must be a text",
                "{'default_prompt_name|not valid JSON",
            })
    void refusesAPromptThatIsNone(String declaration, String problem) throws IOException {
        declare(declaration);

        assertRefused(problem);
    }

    /** An embedding model ends with the library's own Pooling and Normalize, and with no others. */
    @ParameterizedTest
    @ValueSource(strings = {"sentence_transformers.models.Dense", "own_code.Normalize"})
    void refusesAHeadThatComesAfterABert(String last) throws IOException {
        Files.writeString(
                directory.resolve("modules.json"),
                ("[{'type': 'sentence_transformers.models.Transformer', 'path': ''},"
                                + " {'type': 'sentence_transformers.models.Pooling', 'path': '1'},"
                                + " {'type': '%s', 'path': '2'}]")
                        .formatted(last)
                        .replace('\'', '"'));

        assertThatThrownBy(() -> Reranker.open(directory, ComputeType.FLOAT32, "cpu"))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage(
                        directory.resolve("modules.json")
                                + ": module 1 is of type \"sentence_transformers.models.Pooling\";"
                                + " supported for this model is a Transformer alone");
    }

    @Test
    void refusesATemplateForPairs() throws IOException {
        Files.writeString(
                directory.resolve("chat_template.jinja"),
                "{{ (messages | selectattr('role', 'eq', 'document') | first).content }}");

        assertRefused("chat_template.jinja: is for pairs, but no such template is known");
    }

    private void declare(String text) throws IOException {
        Files.writeString(
                directory.resolve("config_sentence_transformers.json"), text.replace('\'', '"'));
    }

    private void assertRefused(String problem) {
        assertThatThrownBy(
                        () -> {
                            try (Reranker reranker =
                                    Reranker.open(directory, ComputeType.FLOAT32, "cpu")) {
                                reranker.tokenizer(TokenizationSettings.defaults());
                            }
                        })
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith(directory.toString())
                .hasMessageContaining(problem)
                .hasMessageNotContaining("\n");
    }
}
