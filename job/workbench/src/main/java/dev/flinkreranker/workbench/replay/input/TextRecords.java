package dev.flinkreranker.workbench.replay.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.flinkreranker.runtime.json.JsonFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of texts with ids: JSON lines with {@code _id} (or {@code docid}, {@code id}), {@code
 * text} and perhaps {@code title}, or TSV of id and text. Which of the two is told by the first
 * line. As in BEIR, a passage is its title, a space and its text, without blanks at either end.
 */
final class TextRecords {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private static final Pattern BLANK_ENDS =
            Pattern.compile("^[\\s\\p{Z}\\x1c-\\x1f\\x85]++|[\\s\\p{Z}\\x1c-\\x1f\\x85]++$");

    /** Takes one text. */
    @FunctionalInterface
    interface Visitor {
        void visit(long line, String id, String text) throws IOException;
    }

    private TextRecords() {}

    /** Visits every text; what is wrong with a line goes to {@code problems}. */
    static void read(Path file, Visitor visitor, Consumer<InputProblem> problems)
            throws IOException {
        try (LineReader lines = LineReader.open(file)) {
            Boolean json = null;
            while (lines.next()) {
                try {
                    if (lines.fault() != null) {
                        throw new BadLineException(lines.fault());
                    }
                    if (lines.isBlank()) {
                        continue;
                    }
                    byte[] line = lines.bytes();
                    if (json == null) {
                        json = line[0] == '{';
                    }
                    if (json) {
                        visitJson(line, lines.number(), visitor);
                    } else {
                        visitTsv(line, lines.number(), visitor);
                    }
                } catch (BadLineException e) {
                    problems.accept(
                            new InputProblem(file.toString(), lines.number(), e.getMessage()));
                }
            }
        }
    }

    private static void visitJson(byte[] line, long number, Visitor visitor)
            throws BadLineException, IOException {
        JsonNode root = json(line);
        JsonNode id =
                Stream.of("_id", "docid", "id")
                        .filter(root::has)
                        .findFirst()
                        .map(root::get)
                        .orElse(MissingNode.getInstance());
        if (!id.isValueNode() || id.isNull() || id.isMissingNode()) {
            throw new BadLineException("_id is missing");
        }
        visitor.visit(number, present("_id", id.asText()), text(root));
    }

    private static String present(String what, String id) throws BadLineException {
        if (id.isEmpty()) {
            throw new BadLineException(what + " is empty");
        }
        return id;
    }

    private static String text(JsonNode root) throws BadLineException {
        JsonNode title = root.path("title");
        JsonNode text = root.path("text");
        if (!title.isTextual() && !text.isTextual()) {
            throw new BadLineException("text is missing");
        }
        return strip(title.asText("") + " " + text.asText(""));
    }

    /** As Python strips, which takes every space there is. */
    private static String strip(String text) {
        return BLANK_ENDS.matcher(text).replaceAll("");
    }

    private static JsonNode json(byte[] line) throws BadLineException {
        try {
            return MAPPER.readTree(InputText.utf8(line));
        } catch (JsonProcessingException e) {
            throw new BadLineException("not JSON: " + JsonFault.of(e).inLine());
        }
    }

    private static void visitTsv(byte[] line, long number, Visitor visitor)
            throws BadLineException, IOException {
        String text = InputText.utf8(line);
        int tab = text.indexOf('\t');
        if (tab < 0) {
            throw new BadLineException("no tab between id and text");
        }
        visitor.visit(
                number, present("id", text.substring(0, tab)), strip(text.substring(tab + 1)));
    }
}
