package dev.flinkreranker.runtime.tokenization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A chat template that holds a pair, as Sentence Transformers takes it: text, and the contents of
 * the messages whose roles are {@code query}, {@code document} and {@code system} (an instruction).
 *
 * <p>Of Jinja it knows {@code set}, {@code if} and {@code for}, and what {@link TemplateExpression}
 * does. Blanks around tags go as transformers has them go. Sizes, depths and steps are bounded, so
 * that no template costs more than a moment.
 */
final class ScoreTemplate {

    /** A template that looks for a message of this role holds pairs; others are for talk. */
    private static final Pattern DOCUMENT = Pattern.compile("[\"']document[\"']");

    private static final int MOST_CHARACTERS = 1 << 16;
    private static final int MOST_STEPS = 1 << 18;
    private static final int DEEPEST = 32;
    private static final Pattern SET =
            Pattern.compile("set\\s+([A-Za-z_]\\w*)\\s*=\\s*(.*)", Pattern.DOTALL);
    private static final Pattern FOR =
            Pattern.compile("for\\s+([A-Za-z_]\\w*)\\s+in\\s+(.*)", Pattern.DOTALL);

    private static final Pattern CONDITION = Pattern.compile("\\bif\\b");

    private final List<Part> parts = new ArrayList<>();
    private final Map<String, Object> names;
    private final StringBuilder out = new StringBuilder();
    private int steps;
    private int depth;

    private ScoreTemplate(Map<String, Object> names) {
        this.names = names;
    }

    /**
     * What a template is filled with.
     *
     * @param instruction the system message, if there is one
     */
    record PairText(@Nullable String instruction, String query, String document) {

        /** The messages that Sentence Transformers makes of it. */
        private List<Map<String, String>> messages() {
            List<Map<String, String>> messages = new ArrayList<>();
            if (instruction != null) {
                messages.add(Map.of("role", "system", "content", instruction));
            }
            messages.add(Map.of("role", "query", "content", query));
            messages.add(Map.of("role", "document", "content", document));
            return messages;
        }
    }

    /**
     * A piece of a template.
     *
     * @param kind {@code '{'} for an expression, {@code '%'} for a statement, a blank for text
     * @param first a statement's first word
     */
    private record Part(char kind, String first, String text) {}

    /** Whether a template is for pairs. */
    static boolean holdsPairs(String template) {
        return DOCUMENT.matcher(template).find();
    }

    /**
     * A template with a pair in its places.
     *
     * @param settings what the template is told besides the messages, by name
     * @throws IllegalArgumentException if it has anything that is not known; one line
     */
    static String filled(String template, PairText texts, Map<String, Object> settings) {
        if (template.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "has %d characters; supported are at most %d"
                            .formatted(template.length(), MOST_CHARACTERS));
        }
        Map<String, Object> names = new HashMap<>(Map.of("add_generation_prompt", false));
        names.putAll(settings);
        names.put("messages", texts.messages());
        ScoreTemplate read = new ScoreTemplate(names);
        read.split(template.replace("\r\n", "\n"));
        int end = read.run(0, true);
        if (end < read.parts.size()) {
            throw unknown(read.parts.get(end).text());
        }
        return read.out.toString();
    }

    private void split(String all) {
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
            if (kind != '#') {
                String tag = inner.strip();
                parts.add(new Part(kind, tag.split("\\s", 2)[0], tag));
            }
            from = close + 2;
            if (cutsAfter) {
                while (from < template.length() && Character.isWhitespace(template.charAt(from))) {
                    from++;
                }
            } else if (kind != '{' && template.startsWith("\n", from)) {
                from++;
            }
        }
        text(template.substring(from), false, false, false);
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
        int line = text.lastIndexOf('\n') + 1;
        boolean indents = beforeBlock && (line > 0 || startsLine) && text.substring(line).isBlank();
        parts.add(
                new Part(
                        ' ',
                        "",
                        cut
                                ? text.stripTrailing()
                                : text.substring(0, indents ? line : text.length())));
    }

    /**
     * Runs parts up to the end of the block that they are in.
     *
     * @param live whether they count; if not, they are only passed over
     * @return the index of the statement that ends the block, or the number of parts
     */
    private int run(int from, boolean live) {
        if (++depth > DEEPEST) {
            throw new IllegalArgumentException("is nested more than " + DEEPEST + " deep");
        }
        int i = from;
        while (i < parts.size()) {
            Part part = parts.get(i);
            steps += 1 + (live ? part.text().length() : 0);
            if (steps > MOST_STEPS) {
                throw new IllegalArgumentException("takes more than " + MOST_STEPS + " steps");
            }
            if (part.kind() != '%') {
                if (live) {
                    out.append(
                            part.kind() == ' '
                                    ? part.text()
                                    : TemplateExpression.text(part.text(), names));
                }
                i++;
                continue;
            }
            switch (part.first()) {
                case "if" -> i = choose(i, live);
                case "for" -> i = repeat(i, live);
                case "elif", "else", "endif", "endfor" -> {
                    depth--;
                    return i;
                }
                default -> {
                    set(part.text(), live);
                    i++;
                }
            }
        }
        depth--;
        return i;
    }

    private void set(String statement, boolean live) {
        Matcher set = SET.matcher(statement);
        if (!set.matches()) {
            throw unknown(statement);
        }
        if (live) {
            names.put(set.group(1), TemplateExpression.value(set.group(2), names));
        }
    }

    private int choose(int at, boolean live) {
        boolean open = live;
        for (int i = at; ; ) {
            String branch = statement(i, at);
            if (branch.equals("endif")) {
                return i + 1;
            }
            boolean chosen =
                    open
                            && (branch.equals("else")
                                    || TemplateExpression.isTrue(
                                            TemplateExpression.value(rest(i), names)));
            open &= !chosen;
            i = run(i + 1, chosen);
            String next = statement(i, at);
            if (next.equals("endfor") || branch.equals("else") && !next.equals("endif")) {
                throw unknown(parts.get(i).text());
            }
        }
    }

    private int repeat(int at, boolean live) {
        Matcher loop = FOR.matcher(parts.get(at).text());
        // A condition behind the list chooses among its items.
        if (!loop.matches() || CONDITION.matcher(loop.group(2)).find()) {
            throw unknown(parts.get(at).text());
        }
        List<?> items = List.of();
        if (live) {
            if (!(TemplateExpression.value(loop.group(2), names) instanceof List<?> list)) {
                throw unknown(parts.get(at).text());
            }
            items = list;
        }
        int end = run(at + 1, false);
        if (!statement(end, at).equals("endfor")) {
            throw unknown(parts.get(end).text());
        }
        Map<String, Object> outside = new HashMap<>(names);
        for (int i = 0; i < items.size(); i++) {
            names.put(loop.group(1), items.get(i));
            names.put("loop", place(i, items.size()));
            run(at + 1, true);
            // What a loop sets ends with each of its rounds.
            names.clear();
            names.putAll(outside);
        }
        return end + 1;
    }

    private static Map<String, Object> place(int index, int count) {
        return Map.of(
                "first",
                index == 0,
                "last",
                index == count - 1,
                "index",
                index + 1L,
                "index0",
                (long) index);
    }

    /** The first word of a statement that a block needs. */
    private String statement(int at, int block) {
        if (at >= parts.size()) {
            throw new IllegalArgumentException(
                    "has a block that never ends: " + start(parts.get(block).text(), 0));
        }
        return parts.get(at).first();
    }

    private String rest(int at) {
        Part part = parts.get(at);
        return part.text().substring(part.first().length());
    }

    static IllegalArgumentException unknown(String inner) {
        return new IllegalArgumentException("has a tag that is not known: " + start(inner, 0));
    }

    private static String start(String text, int from) {
        String line = text.substring(from, Math.min(text.length(), from + 60));
        return line.replaceAll("\\s+", " ");
    }
}
