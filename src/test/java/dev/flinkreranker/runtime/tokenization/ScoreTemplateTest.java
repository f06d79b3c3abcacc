package dev.flinkreranker.runtime.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.runtime.tokenization.ScoreTemplate.PairText;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        assertThat(ScoreTemplate.filled(withDefault, new PairText("find", "q", "d"), Map.of()))
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

    /** Each renders so with transformers' own environment. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {{ messages[0].content }}                                             | what?
                    {{ messages[1]['role'] + ': ' ~ messages[1].content }}                | document: that.
                    {{ nothing }}-                                                        | -
                    {% if nothing is defined %}{{ 7 * 7 }}{% else %}no{% endif %}         | no
                    {% if not nothing and messages %}a{% elif 7 * 7 %}b{% endif %}        | a
                    {% if 'a' in nothing %}y{% endif %}-                                  | -
                    {{ 'x' if messages[0].role == 'query' and 'u' in 'sum' else 'y' }}    | x
                    {% for m in messages %}{{ loop.index0 }}{{ m.role }}{% if not loop.last %},{% endif %}{% endfor %}|0query,1document
                    {% set r = {'query': 'system'} %}{{ r['query'] }}{{ r.get('a', 'b') }}| systemb
                    {% for m in messages %}{% set a = 'in' %}{% endfor %}{{ a }}-         | -
                    {% if messages is string or none is none %}y{% endif %}               | y
                    """)
    void readsWhatPeopleWriteAroundAPair(String template, String expected) {
        assertThat(filled(template)).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void textsMayHoldEscapes() {
        assertThat(filled("{{ 'a\\n' }}b{{ \"\\\"\" }}")).isEqualTo("a\nb\"");
    }

    @Test
    void isToldSettingsAndNothingElse() {
        String template = "{% if add_generation_prompt %}{{ prefix }}{% else %}no{% endif %}";
        assertThat(filled(template)).isEqualTo("no");
        assertThat(
                        ScoreTemplate.filled(
                                template,
                                PAIR,
                                Map.of("add_generation_prompt", true, "prefix", "!")))
                .isEqualTo("!");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ 7 * 7 }}",
                "{{ ''.__class__ }}",
                "{{ messages.append(1) }}",
                "{{ messages | selectattr('role') | first }}",
                "{{ messages[0] }}",
                "{{ nothing + 'a' }}",
                "{{ 'a' | upper }}",
                "{% for m in messages if m.role == 'query' %}{% endfor %}",
                "{% for m in nothing %}{% endfor %}",
                "{% include 'x' %}",
                "{% macro x() %}{% endmacro %}",
                "{% endif %}",
                "{% for m in messages %}{% endif %}",
                "{% if messages %}{% else %}{% else %}{% endif %}",
                "{{-}}",
                "{{}}",
                "{{ 'a }}",
                "{{ 99999999999999999999 }}",
            })
    void refusesWhatItDoesNotKnow(String template) {
        assertThatThrownBy(() -> filled(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("has a tag that is not known")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% if messages %}",
                "{% for m in messages %}",
                "{% if messages %}{% else %}",
            })
    void refusesABlockThatNeverEnds(String template) {
        assertThatThrownBy(() -> filled(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("has a block that never ends");
    }

    /** Blocks in blocks, loops in loops, names that double: a moment, and one line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% if messages %}",
                "{% if nothing %}",
                "{% for m in messages %}",
                "{% set a = a ~ 'xxxxxxxx' ~ a %}",
                "{{ (",
                "{{ not ",
                "{{ 'a' if ",
                "{{ {'a': ",
                "{{ messages | map(attribute=",
                "{{ messages[",
            })
    void whatIsNestedOrGrowsIsBounded(String part) {
        boolean open = !part.contains("}}") && part.startsWith("{{");
        String inner = part.substring(2).repeat(60_000 / part.length());
        String template = open ? "{{" + inner + "}}" : part.repeat(60_000 / part.length());
        Assertions.assertTimeout(
                Duration.ofSeconds(5),
                () ->
                        assertThatThrownBy(() -> filled(template))
                                .isInstanceOf(IllegalArgumentException.class)
                                .message()
                                .doesNotContain("\n")
                                .hasSizeLessThan(200));
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
        return ScoreTemplate.filled(template, PAIR, Map.of());
    }
}
