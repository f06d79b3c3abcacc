package dev.flinkreranker.runtime.json;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a text that should be JSON or YAML, in words for whoever wrote it. A parser's
 * own words are for programmers: which feature to enable, which class was to be bound.
 *
 * <p>It goes by the parser's message and not by its exception's class: in a cluster the job and the
 * runtime have a Jackson each, of different class loaders.
 *
 * @param problem one line
 * @param line where it is, from 1; 0 where the parser does not tell
 * @param column where it is, from 1; 0 where the parser does not tell
 */
public record JsonFault(String problem, int line, int column) {

    private static final int MOST_QUOTED = 80;
    private static final String SOURCE = "\n at [Source: ";
    private static final Pattern PLACE =
            Pattern.compile(".*; line: (\\d+)(?:, column: (\\d+))?].*", Pattern.DOTALL);
    private static final Pattern YAML_EXCERPT = Pattern.compile("^ {4}.*\\R?", Pattern.MULTILINE);
    private static final Pattern YAML_PLACE =
            Pattern.compile("^ in 'reader', line (\\d+), column (\\d+):$", Pattern.MULTILINE);

    /** The first that is found in the parser's message speaks; a group is what stands at %s. */
    private static final List<Words> WORDS =
            List.of(
                    // Limits.
                    words(
                            "nesting depth .*maximum allowed \\((\\d+)",
                            "nested deeper than %s levels"),
                    words(
                            "^Name length .*maximum allowed \\((\\d+)",
                            "a field's name is longer than %s characters"),
                    words(
                            "^Number value length .*maximum allowed \\((\\d+)",
                            "a number is longer than %s characters"),
                    words(
                            "^String value length .*maximum allowed \\((\\d+)",
                            "a text is longer than %s characters"),
                    words("exceeds the limit: (\\d+) code points", "longer than %s characters"),
                    words("^Numeric value \\((.*)\\) out of range", "the number %s is too large"),
                    // What is there too often.
                    words(
                            "^Duplicate (?:field|Object property) ['\"](.*)['\"]",
                            "the field \"%s\" is there twice"),
                    words("^Trailing token", "more follows where the text should end"),
                    // Encoding.
                    words(
                            "Invalid UTF-|Unsupported UCS-4|CharConversionException",
                            "not UTF-8; save it as UTF-8"),
                    // Its end.
                    words(
                            "^Unexpected end-of-input in (?:VALUE_STRING|field name)",
                            "the text ends inside a string"),
                    words(
                            "^Unexpected end-of-input: expected close marker for Object",
                            "the text ends and a } is missing"),
                    words(
                            "^Unexpected end-of-input: expected close marker for Array",
                            "the text ends and a ] is missing"),
                    words("^(?:Unexpected end-of-input|No content)", "the text ends too early"),
                    words("^Unexpected close marker '(.)'", "%s closes nothing that is open"),
                    // Numbers and words.
                    words(
                            "^Non-standard token '(.*)'",
                            "%s is not a number of JSON; write null or leave the field out"),
                    words("numbers to have plus signs", "a number has no plus sign"),
                    words("Leading zeroes", "a number has no leading zeros"),
                    words("in numeric value", "a number is not complete"),
                    words(
                            "^Unrecognized token '(.*)': was",
                            "%s is not a value; a text must be in double quotes"),
                    // Punctuation.
                    words("maybe a \\(non-standard\\) comment", "JSON has no comments; remove it"),
                    words(
                            "^Unexpected character \\('}'.*double-quote to start field name",
                            "a comma too many before }"),
                    words(
                            "double-quote to start field name",
                            "a field's name must be in double quotes"),
                    words(
                            "^Unexpected character \\('(.)'.*: expected a value$",
                            "no value before %s"),
                    words(
                            "^Unexpected character \\('''.*expected a valid value",
                            "a text must be in double quotes, not in single ones"),
                    words(
                            "^Unexpected character \\('(.+)' \\(code.*expected a valid value",
                            "no value begins with %s"),
                    words(
                            "^Unexpected character \\('(.+)' \\(code.*expecting a colon",
                            "a colon is missing before %s"),
                    words(
                            "^Unexpected character \\('(.+)' \\(code.*expecting comma",
                            "a comma is missing before %s"),
                    // Strings.
                    words("hex-digit", "\\u needs four hexadecimal digits"),
                    words("^Unrecognized character escape", "an unknown escape after a backslash"),
                    words(
                            "^Illegal unquoted character",
                            "a line break or another control character inside a string; escape it,"
                                    + " as in \\n"),
                    words(
                            "^Illegal character .*code (\\d+)",
                            "a control character (code %s) outside of a string"),
                    // YAML.
                    words("found character '\\\\t\\(TAB\\)'", "a tab; indent with blanks"),
                    words(
                            "found character '(.+)' that cannot start",
                            "a text that begins with %s must be in quotes"),
                    words(
                            "mapping values are not allowed here",
                            "a field cannot begin here; indent it like those around it, or put a"
                                    + " text that has a colon in quotes"),
                    words("expected ',' or '(.)', but got", "a comma or a %s is missing"),
                    words("found unexpected end of stream", "a quote is not closed"),
                    words("could not find expected ':'", "a colon is missing after a field's name"),
                    words(
                            "expected <block end>, but found '([^<?-][^']*)'",
                            "%s closes nothing that is open"),
                    words(
                            "expected <block end>",
                            "the indentation does not fit that of the lines above"),
                    words("expected the node content, but found '([^']+)'", "no value before %s"),
                    words(
                            "found unknown escape character",
                            "an unknown escape after a backslash; in single quotes a backslash is"
                                    + " just that"),
                    words("special characters are not allowed", "a control character"));

    /** What we say where the parser says something like that. */
    private record Words(Pattern parser, String ours) {
        @Nullable String of(String message) {
            Matcher found = parser.matcher(message);
            if (!found.find()) {
                return null;
            }
            return found.groupCount() == 0 ? ours : ours.formatted(quoted(found.group(1)));
        }
    }

    private static Words words(String parser, String ours) {
        return new Words(Pattern.compile(parser, Pattern.DOTALL), ours);
    }

    /**
     * Reads what a parser of Jackson says.
     *
     * @param e what reading a tree or a token threw
     */
    public static JsonFault of(IOException e) {
        String message = String.valueOf(e.getMessage());
        int source = message.indexOf(SOURCE);
        String said = source < 0 ? message : message.substring(0, source);
        int line = 0;
        int column = 0;
        Matcher place = PLACE.matcher(source < 0 ? "" : message.substring(source));
        if (place.matches()) {
            line = Integer.parseInt(place.group(1));
            column = place.group(2) == null ? 0 : Integer.parseInt(place.group(2));
        }
        // The last place that YAML's parser names is the problem's; those before say what it is in.
        for (Matcher yaml = YAML_PLACE.matcher(said); yaml.find(); ) {
            line = Integer.parseInt(yaml.group(1));
            column = Integer.parseInt(yaml.group(2));
        }
        String withoutExcerpts = YAML_EXCERPT.matcher(said).replaceAll("");
        for (Words words : WORDS) {
            String problem = words.of(withoutExcerpts);
            if (problem != null) {
                return new JsonFault(problem, line, column);
            }
        }
        return new JsonFault("malformed", line, column);
    }

    /** With its place in front, for a file: {@code line 3, column 5: …}. */
    public String inFile() {
        return line == 0 ? problem : "line %d, column %d: %s".formatted(line, column, problem);
    }

    /** With its place in front, for a text of one line: {@code character 5: …}. */
    public String inLine() {
        return column == 0 ? problem : "character %d: %s".formatted(column, problem);
    }

    private static String quoted(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= MOST_QUOTED ? line : line.substring(0, MOST_QUOTED) + "…";
    }
}
