package dev.flinkreranker.sql;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.table.api.ValidationException;

/**
 * A function's options in one string: {@code model=/models/small, cutoff-layers=4;6}. A value with
 * a comma or blanks at its ends stands in double quotes.
 */
final class OptionsText {

    private final String text;
    private final Map<String, String> options = new LinkedHashMap<>();
    private int at;

    private OptionsText(String text) {
        this.text = text;
    }

    /**
     * Reads options.
     *
     * @throws ValidationException if the string has another form, or an option twice; one line
     */
    static Map<String, String> parse(String text) {
        OptionsText options = new OptionsText(text);
        while (options.at < text.length()) {
            options.readOption();
        }
        return options.options;
    }

    private void readOption() {
        int equals = text.indexOf('=', at);
        if (equals < 0) {
            throw malformed(at);
        }
        String name = text.substring(at, equals).strip();
        at = equals + 1;
        skipBlanks();
        boolean quoted = at < text.length() && text.charAt(at) == '"';
        String value = quoted ? readQuoted() : readPlain();
        if (name.isEmpty() || name.indexOf(',') >= 0) {
            throw malformed(equals);
        }
        if (options.putIfAbsent(name, value) != null) {
            throw new ValidationException("option '%s' is set twice".formatted(name));
        }
    }

    private String readPlain() {
        int comma = text.indexOf(',', at);
        int end = comma < 0 ? text.length() : comma;
        String value = text.substring(at, end).strip();
        at = end + 1;
        return value;
    }

    private String readQuoted() {
        int end = text.indexOf('"', at + 1);
        if (end < 0) {
            throw malformed(at);
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        skipBlanks();
        if (at < text.length() && text.charAt(at) != ',') {
            throw malformed(at);
        }
        at++;
        return value;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private ValidationException malformed(int position) {
        return new ValidationException(
                "options must be name=value, name=value, ... but are not at character %d: %s"
                        .formatted(position + 1, text));
    }
}
