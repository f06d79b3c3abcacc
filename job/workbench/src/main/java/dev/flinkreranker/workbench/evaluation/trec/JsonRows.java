package dev.flinkreranker.workbench.evaluation.trec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.runtime.json.JsonFault;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rankings or judgments as JSON. Either rows, one object each, whose fields are named as columns
 * are and whose passage may be a list (MTEB's {@code top_ranked}, NanoBEIR's {@code bm25}); or one
 * object of passages by query, wherever in the document it lies (MTEB's predictions, what BEIR and
 * pytrec_eval take).
 */
final class JsonRows {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final String file;
    private final Column valueColumn;
    private final Visitor visitor;

    /** Takes a passage of a query. */
    @FunctionalInterface
    interface Visitor {
        /**
         * @param line where it stands, from 1
         * @param value the number beside it; null when there is none
         */
        void visit(long line, String query, String passage, String value) throws IOException;
    }

    private JsonRows(String file, Column valueColumn, Visitor visitor) {
        this.file = file;
        this.valueColumn = valueColumn;
        this.visitor = visitor;
    }

    /**
     * Visits everything in the order of the file.
     *
     * @param valueColumn what the number beside a passage is called in rows
     */
    static void read(Reader json, String file, Column valueColumn, Visitor visitor)
            throws IOException {
        JsonRows rows = new JsonRows(file, valueColumn, visitor);
        try (MappingIterator<JsonNode> nodes = MAPPER.readerFor(JsonNode.class).readValues(json)) {
            while (nodes.hasNextValue()) {
                JsonNode node = nodes.nextValue();
                rows.visit(nodes.getCurrentLocation().getLineNr(), node);
            }
        } catch (TrecFormatException e) {
            throw e;
        } catch (JsonProcessingException e) {
            JsonFault fault = JsonFault.of(e);
            throw new TrecFormatException(
                    file, Math.max(1, fault.line()), "not JSON: " + fault.inLine());
        } catch (CharacterCodingException e) {
            throw new TrecFormatException(file, "not UTF-8");
        } catch (IOException e) {
            throw new TrecFormatException(file, e.getMessage());
        }
    }

    private void visit(long line, JsonNode node) throws IOException {
        JsonNode query = field(node, Column.QUERY);
        if (query != null && query.isValueNode()) {
            row(line, node, query);
            return;
        }
        List<String> paths = new ArrayList<>();
        List<JsonNode> found = new ArrayList<>();
        find(node, "", paths, found);
        if (found.size() != 1) {
            throw new TrecFormatException(
                    file,
                    line,
                    found.isEmpty()
                            ? "JSON without rankings: a row has a query-id and a corpus-id or"
                                    + " corpus-ids, a map has passages by query"
                            : "JSON with more than one ranking, "
                                    + String.join(", ", paths)
                                    + "; leave the one that is meant");
        }
        for (Map.Entry<String, JsonNode> ofQuery : found.get(0).properties()) {
            if (ofQuery.getValue().isArray()) {
                list(line, ofQuery.getKey(), ofQuery.getValue());
            } else {
                for (Map.Entry<String, JsonNode> passage : ofQuery.getValue().properties()) {
                    visitor.visit(
                            line, ofQuery.getKey(), passage.getKey(), passage.getValue().asText());
                }
            }
        }
    }

    private void row(long line, JsonNode row, JsonNode query) throws IOException {
        JsonNode passage = field(row, Column.PASSAGE);
        if (passage == null) {
            throw new TrecFormatException(
                    file, line, "a row of JSON needs a corpus-id or corpus-ids");
        }
        if (passage.isArray()) {
            list(line, query.asText(), passage);
            return;
        }
        JsonNode value = field(row, valueColumn);
        visitor.visit(
                line, query.asText(), passage.asText(), value == null ? null : value.asText());
    }

    private void list(long line, String query, JsonNode passages) throws IOException {
        for (JsonNode passage : passages) {
            visitor.visit(line, query, passage.asText(), null);
        }
    }

    private static JsonNode field(JsonNode row, Column column) {
        for (Map.Entry<String, JsonNode> field : row.properties()) {
            if (column.isNamed(field.getKey())) {
                return field.getValue();
            }
        }
        return null;
    }

    private static void find(JsonNode node, String path, List<String> paths, List<JsonNode> found) {
        if (!node.isObject() || node.isEmpty()) {
            return;
        }
        if (node.properties().stream().allMatch(entry -> holdsPassages(entry.getValue()))) {
            paths.add(path.isEmpty() ? "/" : path);
            found.add(node);
            return;
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            find(entry.getValue(), path + "/" + entry.getKey(), paths, found);
        }
    }

    private static boolean holdsPassages(JsonNode node) {
        if (node.isEmpty()) {
            return false;
        }
        for (JsonNode child : node) {
            if (node.isObject() ? !child.isNumber() : !child.isTextual() && !child.isNumber()) {
                return false;
            }
        }
        return true;
    }
}
