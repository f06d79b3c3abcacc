package dev.flinkreranker.workbench.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.workbench.evaluation.FourDigits;
import dev.flinkreranker.workbench.evaluation.Gate;
import dev.flinkreranker.workbench.evaluation.comparison.OrderComparison;
import dev.flinkreranker.workbench.evaluation.comparison.PairedDeltas;
import dev.flinkreranker.workbench.evaluation.comparison.QualityComparison;
import dev.flinkreranker.workbench.evaluation.measure.Measure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code compare} prints.
 *
 * @param a name of run A
 * @param b name of run B
 */
record ComparisonReport(String a, String b) {

    private static final int LARGEST = 5;

    /** The tables for a person, with quality where there are judgments. */
    String text(OrderComparison order, @Nullable QualityComparison quality, boolean perQuery) {
        StringBuilder text = new StringBuilder();
        text.append("A  ").append(a).append('\n');
        text.append("B  ").append(b).append("\n\n");
        text.append(
                "Order, over the %d queries in both (%d only in A, %d only in B)\n"
                        .formatted(order.queries(), order.onlyInA(), order.onlyInB()));
        TextTable figures = new TextTable("figure", "mean");
        order.figures().forEach((name, value) -> figures.row(name, FourDigits.format(value)));
        text.append(figures);
        if (quality != null) {
            appendQuality(text, quality, perQuery);
        }
        if (!order.movers().isEmpty()) {
            TextTable movers = new TextTable("query", "passage", "rank A", "rank B");
            for (OrderComparison.Mover mover : order.movers()) {
                movers.row(
                        mover.query(),
                        mover.passage(),
                        Integer.toString(mover.rankA()),
                        Integer.toString(mover.rankB()));
            }
            text.append("\nPassages that moved most\n").append(movers);
        }
        return text.toString();
    }

    private static void appendQuality(
            StringBuilder text, QualityComparison quality, boolean perQuery) {
        text.append("\nQuality, over the %d judged queries in both\n".formatted(quality.queries()));
        TextTable table =
                new TextTable(
                        "measure", "A", "B", "B - A", "95 % from", "to", "p", "win", "tie", "loss");
        quality.deltas()
                .forEach(
                        (measure, delta) ->
                                table.row(
                                        measure.toString(),
                                        FourDigits.format(quality.meanA().get(measure)),
                                        FourDigits.format(quality.meanB().get(measure)),
                                        FourDigits.format(delta.mean()),
                                        FourDigits.format(delta.low()),
                                        FourDigits.format(delta.high()),
                                        FourDigits.format(delta.pValue()),
                                        Integer.toString(delta.wins()),
                                        Integer.toString(delta.ties()),
                                        Integer.toString(delta.losses())));
        text.append(table);
        Measure first = quality.deltas().keySet().iterator().next();
        List<String> largest = quality.largestChanges(first, LARGEST);
        if (!largest.isEmpty()) {
            TextTable queries = new TextTable("query", "B - A");
            for (String query : largest) {
                queries.row(query, FourDigits.format(quality.perQuery().get(query).get(first)));
            }
            text.append("\nQueries that changed most in ").append(first).append('\n');
            text.append(queries);
        }
        if (perQuery) {
            List<Measure> measures = List.copyOf(quality.deltas().keySet());
            String[] header = new String[measures.size() + 1];
            header[0] = "query";
            for (int i = 0; i < measures.size(); i++) {
                header[i + 1] = measures.get(i).toString();
            }
            TextTable every = new TextTable(header);
            quality.perQuery()
                    .forEach(
                            (query, deltas) -> {
                                String[] cells = new String[header.length];
                                cells[0] = query;
                                for (int i = 0; i < measures.size(); i++) {
                                    cells[i + 1] = FourDigits.format(deltas.get(measures.get(i)));
                                }
                                every.row(cells);
                            });
            text.append("\nB - A of every query\n").append(every);
        }
    }

    /** The same as one object for a program. */
    ObjectNode json(
            OrderComparison order,
            @Nullable QualityComparison quality,
            boolean perQuery,
            List<Gate> failed) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("a", a).put("b", b);
        ObjectNode orderNode = root.putObject("order");
        orderNode.put("queries", order.queries());
        orderNode.put("only_in_a", order.onlyInA());
        orderNode.put("only_in_b", order.onlyInB());
        order.figures().forEach((name, value) -> put(orderNode, name, value));
        ArrayNode movers = orderNode.putArray("movers");
        for (OrderComparison.Mover mover : order.movers()) {
            movers.addObject()
                    .put("query", mover.query())
                    .put("passage", mover.passage())
                    .put("rank_a", mover.rankA())
                    .put("rank_b", mover.rankB());
        }
        if (quality != null) {
            ObjectNode node = root.putObject("quality");
            node.put("queries", quality.queries());
            ObjectNode measures = node.putObject("measures");
            quality.deltas()
                    .forEach(
                            (measure, delta) ->
                                    putDeltas(
                                            measures.putObject(measure.toString()),
                                            quality.meanA().get(measure),
                                            quality.meanB().get(measure),
                                            delta));
            if (perQuery) {
                ObjectNode queries = node.putObject("per_query");
                quality.perQuery()
                        .forEach(
                                (query, deltas) -> {
                                    ObjectNode values = queries.putObject(query);
                                    deltas.forEach(
                                            (measure, delta) ->
                                                    values.put(measure.toString(), delta));
                                });
            }
        }
        ArrayNode conditions = root.putArray("failed");
        failed.forEach(gate -> conditions.add(gate.toString()));
        return root;
    }

    private static void putDeltas(ObjectNode node, double a, double b, PairedDeltas delta) {
        node.put("a", a).put("b", b).put("delta", delta.mean());
        node.put("low", delta.low()).put("high", delta.high());
        put(node, "p", delta.pValue());
        node.put("wins", delta.wins()).put("ties", delta.ties()).put("losses", delta.losses());
    }

    /** JSON knows no NaN; what is undefined is null. */
    private static void put(ObjectNode node, String name, double value) {
        if (Double.isNaN(value)) {
            node.putNull(name);
        } else {
            node.put(name, value);
        }
    }
}
