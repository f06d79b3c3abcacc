package dev.flinkreranker.runtime.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.tokenization.ScoreTemplate.PairText;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is expected is what transformers 5.18 renders. */
class ScoreTemplateTest {

    private static final PairText PAIR = new PairText(null, "what?", "that.");
    private static final String QUERY =
            "messages | selectattr(\"role\", \"eq\", \"query\") | map(attribute=\"content\") | first";
    private static final String DOCUMENT =
            "(messages | selectattr('role', 'eq', 'document') | first).content";

    @Test
    void fillsMessagesInEitherForm() {
        assertThat(filled("Q: {{ " + QUERY + " }}\nD: {{" + DOCUMENT + "}}!\n"))
                .isEqualTo("Q: what?\nD: that.!");
    }

    @Test
    void aDefaultStandsInForAnInstruction() {
        String system = QUERY.replace("query", "system");
        String withDefault = "{{ " + system + " | default(\"seek\") }}";
        assertThat(filled("{{ " + system + " }}")).isEmpty();
        assertThat(filled(withDefault)).isEqualTo("seek");
        assertThat(ScoreTemplate.filled(withDefault, new PairText("find", "q", "d")))
                .isEqualTo("find");
    }

    @Test
    void namesStandForMessagesAndBlanksAroundTagsGo() {
        assertThat(
                        filled(
                                "  {%- set q = "
                                        + QUERY
                                        + " -%}\n\n  {# a note #}\n  {% set d = "
                                        + DOCUMENT
                                        + " %}\n<q>{{ q }} </q>\n\n  {{- d }}\n\n"))
                .isEqualTo("<q>what? </q>that.\n");
    }

    @Test
    void bracesAloneAreText() {
        assertThat(filled("{ } } {\"a\": {{ " + QUERY + " }}}")).isEqualTo("{ } } {\"a\": what?}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ messages[0].content }}",
                "{{ query }}",
                "{{ 7 * 7 }}",
                "{{ ''.__class__ }}",
                "{% for m in messages %}{% endfor %}",
                "{% if x %}{% endif %}",
                "{% set q = 'a' %}",
                "{% include 'x' %}",
                "{{ messages | selectattr(\"role\", \"eq\", \"user\") | first }}",
                "{{-}}",
                "{{}}",
            })
    void refusesWhatItDoesNotKnow(String template) {
        assertThatThrownBy(() -> filled(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("has a tag that is not known")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{", "{%", "{#", "text {{ messages }", "{% set a = %"})
    void refusesATagThatNeverEnds(String template) {
        assertThatThrownBy(() -> filled(template))
                .hasMessageStartingWith("has a tag that never ends");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{{", "{{ ", "{%-", "{# ", "}}", "{{(", "{{messages|", "{{\n"})
    void aLotOfBracesTakesNoTime(String part) {
        for (int length : new int[] {65_000, 1_000_000}) {
            String template = part.repeat(length / part.length());
            Assertions.assertTimeout(
                    Duration.ofSeconds(5),
                    () -> {
                        try {
                            filled(template);
                        } catch (IllegalArgumentException e) {
                            assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(200);
                        }
                    });
        }
    }

    private static String filled(String template) {
        return ScoreTemplate.filled(template, PAIR);
    }
}
