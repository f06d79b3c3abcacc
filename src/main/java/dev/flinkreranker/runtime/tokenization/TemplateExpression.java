package dev.flinkreranker.runtime.tokenization;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An expression of a {@link ScoreTemplate}, read and evaluated at once. It knows the part of Jinja
 * that picks a pair's texts out of messages and joins them: texts, names, members, lists and
 * objects, {@code + ~ == != in and or not}, {@code a if b else c}, and a few filters and tests.
 * Everything else is refused.
 *
 * <p>Values are String, Long, Boolean, List, Map, and {@link Absent}.
 */
final class TemplateExpression {

    /** What is no value. */
    enum Absent {
        /** Jinja's {@code none}. */
        NONE,
        /** A name or member that is not there; as a text it is empty. */
        UNDEFINED
    }

    /** Most characters of a text that an expression makes. */
    static final int LONGEST = 1 << 14;

    private static final int DEEPEST = 32;

    private final Map<String, Object> names;
    private final TemplateTokens tokens;
    private int depth;

    private TemplateExpression(String source, Map<String, Object> names) {
        this.names = names;
        this.tokens = new TemplateTokens(source);
    }

    /**
     * The value of an expression.
     *
     * @throws IllegalArgumentException if it is not understood; one line
     */
    static Object value(String source, Map<String, Object> names) {
        TemplateExpression expression = new TemplateExpression(source, names);
        Object value = expression.choice();
        if (!expression.tokens.atEnd()) {
            throw expression.tokens.unknown();
        }
        return value;
    }

    /**
     * The text that an expression is printed as.
     *
     * @throws IllegalArgumentException as {@link #value}
     */
    static String text(String source, Map<String, Object> names) {
        return new TemplateExpression(source, names).text(value(source, names));
    }

    /** What a value is as a condition. */
    static boolean isTrue(Object value) {
        return !(value instanceof Absent)
                && !value.equals(false)
                && !value.equals("")
                && !value.equals(0L)
                && !value.equals(List.of())
                && !value.equals(Map.of());
    }

    private Object choice() {
        if (++depth > DEEPEST) {
            throw unknown();
        }
        Object value = or();
        if (isWord("if")) {
            advance();
            boolean chosen = isTrue(or());
            Object other = Absent.UNDEFINED;
            if (isWord("else")) {
                advance();
                other = choice();
            }
            value = chosen ? value : other;
        }
        depth--;
        return value;
    }

    private Object or() {
        Object value = and();
        while (isWord("or")) {
            advance();
            Object other = and();
            value = isTrue(value) ? value : other;
        }
        return value;
    }

    private Object and() {
        Object value = not();
        while (isWord("and")) {
            advance();
            Object other = not();
            value = isTrue(value) ? other : value;
        }
        return value;
    }

    private Object not() {
        boolean negated = false;
        boolean any = false;
        while (isWord("not")) {
            advance();
            negated = !negated;
            any = true;
        }
        Object value = comparison();
        return any ? Boolean.valueOf(isTrue(value) != negated) : value;
    }

    private Object comparison() {
        Object value = sum();
        while (isSign("==") || isSign("!=") || isWord("in")) {
            boolean within = isWord("in");
            boolean equal = isSign("==");
            advance();
            Object other = sum();
            value = within ? contains(other, value) : value.equals(other) == equal;
        }
        return value;
    }

    private boolean contains(Object container, Object value) {
        if (container instanceof String text && value instanceof String part) {
            return text.contains(part);
        }
        if (container == Absent.UNDEFINED) {
            return false;
        }
        return container instanceof Map<?, ?> map
                ? map.containsKey(value)
                : list(container).contains(value);
    }

    private Object sum() {
        Object value = filtered();
        while (isSign("+") || isSign("~")) {
            boolean texts = isSign("+");
            advance();
            Object other = filtered();
            if (texts && !(value instanceof String && other instanceof String)) {
                throw unknown();
            }
            value = text(value) + text(other);
            if (((String) value).length() > LONGEST) {
                throw new IllegalArgumentException(
                        "makes a text of more than " + LONGEST + " characters");
            }
        }
        return value;
    }

    private String text(Object value) {
        if (value == Absent.UNDEFINED) {
            return "";
        }
        if (value instanceof String || value instanceof Long) {
            return value.toString();
        }
        throw unknown();
    }

    private Object filtered() {
        Object value = primary();
        while (true) {
            if (isSign(".")) {
                advance();
                String member = word();
                value = isSign("(") ? called(value, member) : member(value, member);
            } else if (isSign("[")) {
                advance();
                value = member(value, choice());
                expect("]");
            } else if (isSign("|")) {
                advance();
                value = filter(value, word());
            } else if (isWord("is")) {
                advance();
                boolean negated = isWord("not");
                if (negated) {
                    advance();
                }
                value = test(value, word()) != negated;
            } else {
                return value;
            }
        }
    }

    private Object primary() {
        Object literal = tokens.literal();
        if (literal != null) {
            advance();
            return literal;
        }
        if (tokens.word() != null) {
            String word = word();
            return switch (word) {
                case "true", "True" -> true;
                case "false", "False" -> false;
                case "none", "None" -> Absent.NONE;
                case "if", "else", "or", "and", "not", "in", "is" -> throw unknown();
                default -> names.getOrDefault(word, Absent.UNDEFINED);
            };
        }
        if (isSign("(")) {
            advance();
            Object value = choice();
            expect(")");
            return value;
        }
        if (isSign("{")) {
            return object();
        }
        throw unknown();
    }

    private Object object() {
        advance();
        Map<Object, Object> members = new LinkedHashMap<>();
        while (!isSign("}")) {
            Object key = choice();
            expect(":");
            members.put(key, choice());
            if (!isSign("}")) {
                expect(",");
            }
        }
        advance();
        return members;
    }

    private Object member(Object value, Object key) {
        if (value instanceof Map<?, ?> map) {
            Object member = map.get(key);
            return member == null ? Absent.UNDEFINED : member;
        }
        if (value instanceof List<?> list && key instanceof Long index) {
            return index < list.size() ? list.get(index.intValue()) : Absent.UNDEFINED;
        }
        throw unknown();
    }

    /** Of all methods, an object's {@code get}. */
    private Object called(Object value, String method) {
        List<Object> arguments = arguments();
        if (!method.equals("get") || !(value instanceof Map) || arguments.isEmpty()) {
            throw unknown();
        }
        Object found = member(value, arguments.get(0));
        return found != Absent.UNDEFINED
                ? found
                : arguments.size() > 1 ? arguments.get(1) : Absent.NONE;
    }

    private Object filter(Object value, String filter) {
        List<Object> arguments = isSign("(") ? arguments() : List.of();
        return switch (filter) {
            case "selectattr" -> selected(list(value), arguments);
            case "map" -> mapped(list(value), arguments);
            case "list" -> list(value);
            case "first" -> list(value).isEmpty() ? Absent.UNDEFINED : list(value).get(0);
            case "last" ->
                    list(value).isEmpty()
                            ? Absent.UNDEFINED
                            : list(value).get(list(value).size() - 1);
            case "length" -> (long) list(value).size();
            case "trim" -> text(value).strip();
            case "default", "d" -> standIn(value, arguments);
            default -> throw unknown();
        };
    }

    private List<Object> selected(List<?> values, List<Object> arguments) {
        if (arguments.size() != 3 || !List.of("eq", "equalto", "==").contains(arguments.get(1))) {
            throw unknown();
        }
        List<Object> selected = new ArrayList<>();
        for (Object value : values) {
            if (member(value, arguments.get(0)).equals(arguments.get(2))) {
                selected.add(value);
            }
        }
        return selected;
    }

    private List<Object> mapped(List<?> values, List<Object> arguments) {
        if (arguments.size() != 2 || !arguments.get(0).equals("attribute=")) {
            throw unknown();
        }
        List<Object> mapped = new ArrayList<>();
        values.forEach(value -> mapped.add(member(value, arguments.get(1))));
        return mapped;
    }

    private Object standIn(Object value, List<Object> arguments) {
        boolean falseToo = arguments.size() == 2 && isTrue(arguments.get(1));
        if (arguments.isEmpty()) {
            throw unknown();
        }
        return value == Absent.UNDEFINED || falseToo && !isTrue(value) ? arguments.get(0) : value;
    }

    private boolean test(Object value, String test) {
        return switch (test) {
            case "defined" -> value != Absent.UNDEFINED;
            case "undefined" -> value == Absent.UNDEFINED;
            case "none" -> value == Absent.NONE;
            case "string" -> value instanceof String;
            default -> throw unknown();
        };
    }

    /** Values between brackets; a name with an equals sign counts as one more, before its value. */
    private List<Object> arguments() {
        expect("(");
        List<Object> arguments = new ArrayList<>();
        while (!isSign(")")) {
            if (isWord("attribute")) {
                advance();
                expect("=");
                arguments.add("attribute=");
            }
            arguments.add(choice());
            if (!isSign(")")) {
                expect(",");
            }
        }
        advance();
        return arguments;
    }

    private List<?> list(Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw unknown();
    }

    private boolean isSign(String expected) {
        return tokens.isSign(expected);
    }

    private boolean isWord(String expected) {
        return tokens.isWord(expected);
    }

    private void advance() {
        tokens.advance();
    }

    private String word() {
        String word = tokens.word();
        if (word == null) {
            throw unknown();
        }
        advance();
        return word;
    }

    private void expect(String expected) {
        if (!isSign(expected)) {
            throw unknown();
        }
        advance();
    }

    private IllegalArgumentException unknown() {
        return tokens.unknown();
    }
}
