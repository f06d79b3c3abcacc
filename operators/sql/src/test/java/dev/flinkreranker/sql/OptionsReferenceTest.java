package dev.flinkreranker.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.junit.jupiter.api.Test;

/**
 * {@code OPTIONS.md} is made of the options. To make it anew: {@code mvn -pl operators/sql -am test
 * -Dtest=OptionsReferenceTest -Dsurefire.failIfNoSpecifiedTests=false
 * -DargLine=-Dwrite.reference=true}.
 */
class OptionsReferenceTest {

    private static final Path FILE = Path.of("OPTIONS.md");

    @Test
    void isCurrent() throws IOException {
        String reference = reference();
        if (Boolean.getBoolean("write.reference")) {
            Files.writeString(FILE, reference, UTF_8);
        }
        assertThat(FILE).content(UTF_8).isEqualTo(reference);
    }

    @Test
    void everyOptionIsRead() {
        assertThat(SettingsReader.known()).containsExactlyInAnyOrderElementsOf(types().keySet());
    }

    private static String reference() {
        return """
                # Options

                Of a model (`CREATE MODEL … WITH ('provider' = 'reranker', 'top-n' = '10')`) and of the
                functions (`'model=…, top-n=10'`). Lists have semicolons: `4;6`. An option that is not
                known, or has a value out of range, is refused when a statement is planned.

                ## Which model

                %s
                ## Scores

                As a [tenant's settings](../README.md#what-a-tenant-chooses).

                %s
                ## Rankings

                For lists of documents.

                %s
                ## Rows and engine

                `engine.…` holds for the process's engine: the first model or function that starts it
                decides, and a difference is logged.

                %s"""
                .formatted(
                        table(RerankerOptions.CHECKPOINT),
                        table(RerankerOptions.SCORING),
                        table(RerankerOptions.RANKING),
                        table(RerankerOptions.TERMS));
    }

    private static String table(List<ConfigOption<?>> options) {
        Map<ConfigOption<?>, Type> types = types();
        return "| option | type | default | |\n| --- | --- | --- | --- |\n"
                + options.stream()
                        .map(
                                option ->
                                        "| `%s` | %s | %s | %s |\n"
                                                .formatted(
                                                        option.key(),
                                                        name(types.get(option)),
                                                        value(option),
                                                        new HtmlFormatter()
                                                                .format(option.description())))
                        .collect(Collectors.joining());
    }

    private static String value(ConfigOption<?> option) {
        if (option == RerankerOptions.MODEL) {
            return "required";
        }
        Object value = option.defaultValue();
        if (value == null) {
            return "";
        }
        String text =
                value instanceof Enum<?>
                        ? value.toString().toLowerCase(Locale.ROOT)
                        : value.toString();
        return "`" + text + "`";
    }

    private static String name(Type type) {
        if (type instanceof ParameterizedType list) {
            return "list of "
                    + name(list.getActualTypeArguments()[0]).replace("integer", "integers");
        }
        Class<?> simple = (Class<?>) type;
        if (simple.isEnum()) {
            return Arrays.stream(simple.getEnumConstants())
                    .map(constant -> "`" + constant.toString().toLowerCase(Locale.ROOT) + "`")
                    .collect(Collectors.joining(", "));
        }
        if (simple == MemorySize.class) {
            return "size";
        }
        return simple.getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** The options by the types of their fields, which the options themselves do not tell. */
    private static Map<ConfigOption<?>, Type> types() {
        Map<ConfigOption<?>, Type> types = new LinkedHashMap<>();
        for (Field field : RerankerOptions.class.getFields()) {
            try {
                types.put(
                        (ConfigOption<?>) field.get(null),
                        ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0]);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("a public field", e);
            }
        }
        return types;
    }
}
