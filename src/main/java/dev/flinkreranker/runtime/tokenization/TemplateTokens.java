package dev.flinkreranker.runtime.tokenization;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The tokens of a {@link TemplateExpression}, one at a time: at most one of three is there. */
final class TemplateTokens {

    private final String source;
    private int next;
    private @Nullable String word;
    private @Nullable Object literal;
    private String sign = "";

    TemplateTokens(String source) {
        this.source = source;
        advance();
    }

    /** A name or a key word. */
    @Nullable String word() {
        return word;
    }

    /** A text or a whole number. */
    @Nullable Object literal() {
        return literal;
    }

    boolean isWord(String expected) {
        return expected.equals(word);
    }

    boolean isSign(String expected) {
        return sign.equals(expected);
    }

    boolean atEnd() {
        return word == null && literal == null && sign.isEmpty();
    }

    /**
     * Goes to the next token.
     *
     * @throws IllegalArgumentException if there is something that is none
     */
    void advance() {
        word = null;
        literal = null;
        sign = "";
        while (next < source.length() && Character.isWhitespace(source.charAt(next))) {
            next++;
        }
        if (next == source.length()) {
            return;
        }
        char c = source.charAt(next);
        if (isWordPart(c) && !isDigit(c)) {
            word = run(TemplateTokens::isWordPart);
        } else if (isDigit(c)) {
            String digits = run(TemplateTokens::isDigit);
            if (digits.length() > 9) {
                throw unknown();
            }
            literal = Long.valueOf(digits);
        } else if (c == '"' || c == '\'') {
            literal = quoted(c);
        } else {
            boolean pair = source.startsWith("==", next) || source.startsWith("!=", next);
            if (!pair && "()[]{}|.,:=~+".indexOf(c) < 0) {
                throw unknown();
            }
            sign = source.substring(next, next + (pair ? 2 : 1));
            next += sign.length();
        }
    }

    private String run(IntPredicate part) {
        int from = next;
        while (next < source.length() && part.test(source.charAt(next))) {
            next++;
        }
        return source.substring(from, next);
    }

    private String quoted(char quote) {
        StringBuilder text = new StringBuilder();
        for (next++; next < source.length() && source.charAt(next) != quote; next++) {
            char c = source.charAt(next);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            next++;
            char escaped = next < source.length() ? source.charAt(next) : ' ';
            switch (escaped) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case '\\', '"', '\'' -> text.append(escaped);
                default -> throw unknown();
            }
        }
        if (next >= source.length()) {
            throw unknown();
        }
        next++;
        return text.toString();
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordPart(int c) {
        return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c);
    }

    IllegalArgumentException unknown() {
        return ScoreTemplate.unknown(source);
    }
}
