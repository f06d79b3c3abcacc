package dev.flinkreranker.runtime.tokenization;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A chat template that holds a pair, as Sentence Transformers takes it: text, and the contents of
 * the messages whose roles are {@code query}, {@code document} and {@code system} (an instruction).
 * Read from left to right without running it, so that no template costs more than its length.
 *
 * <p>Of Jinja it knows the content of a message, in the forms in which people write it, with a
 * default or without, and names that {@code set} gives to it. Blanks around tags go as transformers
 * has them go.
 */
final class ScoreTemplate {

    /** A template that looks for a message of this role holds pairs; others are for talk. */
    private static final Pattern DOCUMENT = Pattern.compile("[\"']document[\"']");

    private static final int MOST_CHARACTERS = 1 << 16;
    private static final String FILTER = "\\s*\\|\\s*";
    private static final String MESSAGE =
            "messages"
                    + FILTER
                    + "selectattr\\(\\s*[\"']role[\"']\\s*,\\s*[\"'](?:eq|equalto|==)[\"']\\s*,"
                    + "\\s*[\"'](query|document|system)[\"']\\s*\\)";
    private static final Pattern CONTENT =
            Pattern.compile(
                    "(?:"
                            + MESSAGE
                            + FILTER
                            + "map\\(\\s*attribute\\s*=\\s*[\"']content[\"']\\s*\\)"
                            + FILTER
                            + "first|\\(\\s*"
                            + MESSAGE
                            + FILTER
                            + "first\\s*\\)\\s*\\.\\s*content)(?:"
                            + FILTER
                            + "default\\(\\s*(?:\"([^\"\\\\]*)\"|'([^'\\\\]*)')\\s*\\))?");
    private static final Pattern SET =
            Pattern.compile("set\\s+([A-Za-z_]\\w*)\\s*=\\s*(.*)", Pattern.DOTALL);

    private final PairText texts;
    private final Map<String, String> names = new HashMap<>();
    private final StringBuilder out = new StringBuilder();

    private ScoreTemplate(PairText texts) {
        this.texts = texts;
    }

    /**
     * What a template is filled with.
     *
     * @param instruction the system message, if there is one
     */
    record PairText(@Nullable String instruction, String query, String document) {}

    /** Whether a template is for pairs. */
    static boolean holdsPairs(String template) {
        return DOCUMENT.matcher(template).find();
    }

    /**
     * A template with a pair in its places.
     *
     * @throws IllegalArgumentException if it has anything that is not known; one line
     */
    static String filled(String template, PairText texts) {
        if (template.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "has %d characters; supported are at most %d"
                            .formatted(template.length(), MOST_CHARACTERS));
        }
        ScoreTemplate read = new ScoreTemplate(texts);
        read.read(template.replace("\r\n", "\n"));
        return read.out.toString();
    }

    private void read(String all) {
        // Jinja takes away the last line's end.
        String template = all.endsWith("\n") ? all.substring(0, all.length() - 1) : all;
        int from = 0;
        for (int open = tag(template, 0); open >= 0; open = tag(template, from)) {
            char kind = template.charAt(open + 1);
            String end = kind == '{' ? "}}" : kind + "}";
            int close = template.indexOf(end, open + 2);
            if (close < 0) {
                throw new IllegalArgumentException(
                        "has a tag that never ends: " + start(template, open));
            }
            String inner = template.substring(open + 2, close);
            boolean cutsBefore = inner.startsWith("-");
            boolean cutsAfter = inner.endsWith("-");
            boolean startsLine = from == 0 || template.charAt(from - 1) == '\n';
            text(template.substring(from, open), cutsBefore, kind != '{', startsLine);
            inner = inner.substring(cutsBefore ? 1 : 0);
            inner = inner.substring(0, inner.length() - (cutsAfter && !inner.isEmpty() ? 1 : 0));
            apply(kind, inner.strip());
            from = close + 2;
            if (cutsAfter) {
                while (from < template.length() && Character.isWhitespace(template.charAt(from))) {
                    from++;
                }
            } else if (kind != '{' && template.startsWith("\n", from)) {
                from++;
            }
        }
        out.append(template, from, template.length());
    }

    private static int tag(String template, int from) {
        for (int i = template.indexOf('{', from); i >= 0; i = template.indexOf('{', i + 1)) {
            if (i + 1 < template.length() && "{%#".indexOf(template.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** Text before a tag; a block's own indentation is no part of it. */
    private void text(String text, boolean cut, boolean beforeBlock, boolean startsLine) {
        if (cut) {
            out.append(text.stripTrailing());
            return;
        }
        int line = text.lastIndexOf('\n') + 1;
        boolean indents = beforeBlock && (line > 0 || startsLine) && text.substring(line).isBlank();
        out.append(text, 0, indents ? line : text.length());
    }

    private void apply(char kind, String inner) {
        if (kind == '{') {
            out.append(value(inner));
        } else if (kind == '%') {
            Matcher set = SET.matcher(inner);
            if (!set.matches()) {
                throw unknown(inner);
            }
            names.put(set.group(1), value(set.group(2).strip()));
        }
    }

    private String value(String expression) {
        if (names.containsKey(expression)) {
            return names.get(expression);
        }
        Matcher content = CONTENT.matcher(expression);
        if (!content.matches()) {
            throw unknown(expression);
        }
        String role = content.group(1) != null ? content.group(1) : content.group(2);
        String standIn = content.group(3) != null ? content.group(3) : content.group(4);
        return switch (role) {
            case "query" -> texts.query();
            case "document" -> texts.document();
            default ->
                    Stream.of(texts.instruction(), standIn, "")
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElseThrow();
        };
    }

    private static IllegalArgumentException unknown(String inner) {
        return new IllegalArgumentException("has a tag that is not known: " + start(inner, 0));
    }

    private static String start(String text, int from) {
        String line = text.substring(from, Math.min(text.length(), from + 60));
        return line.replaceAll("\\s+", " ");
    }
}
