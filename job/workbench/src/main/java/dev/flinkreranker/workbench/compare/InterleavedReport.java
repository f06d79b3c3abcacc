package dev.flinkreranker.workbench.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.workbench.clicks.InterleavedClicks;
import dev.flinkreranker.workbench.clicks.InterleavedWins;
import dev.flinkreranker.workbench.evaluation.FourDigits;
import dev.flinkreranker.workbench.evaluation.Gate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code compare --interleaved} prints. */
final class InterleavedReport {
    private InterleavedReport() {}

    static String text(InterleavedClicks clicks) {
        TextTable table =
                new TextTable(
                        "tenant",
                        "B",
                        "requests",
                        "A wins",
                        "ties",
                        "B wins",
                        "share of B",
                        "95 % from",
                        "to",
                        "p");
        for (InterleavedWins wins : clicks.wins()) {
            table.row(
                    wins.tenant(),
                    wins.name(),
                    Long.toString(wins.requests()),
                    Long.toString(wins.winsA()),
                    Long.toString(wins.ties()),
                    Long.toString(wins.winsB()),
                    FourDigits.format(wins.share()),
                    FourDigits.format(wins.low()),
                    FourDigits.format(wins.high()),
                    FourDigits.format(wins.pValue()));
        }
        return clicks.join()
                + "%d viewed results of one ranking%n%n".formatted(clicks.others())
                + table
                + "\nA request is won by the side whose documents got more clicks. The share is of the"
                + " requests that\none side won; its interval is Wilson's, p is that of the exact"
                + " binomial test.\n";
    }

    /** Figures by name, for a gate. */
    static Map<String, Double> figures(InterleavedWins wins) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("requests", (double) wins.requests());
        figures.put("wins_a", (double) wins.winsA());
        figures.put("ties", (double) wins.ties());
        figures.put("wins_b", (double) wins.winsB());
        figures.put("share_b", wins.share());
        figures.put("share_b.low", wins.low());
        figures.put("share_b.high", wins.high());
        figures.put("share_b.p", wins.pValue());
        return figures;
    }

    static ObjectNode json(InterleavedClicks clicks, List<Gate> failed) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("of_one_ranking", clicks.others());
        ArrayNode all = root.putArray("interleaved");
        for (InterleavedWins wins : clicks.wins()) {
            ObjectNode one = all.addObject().put("tenant", wins.tenant()).put("b", wins.name());
            figures(wins)
                    .forEach(
                            (name, value) -> {
                                if (Double.isNaN(value)) {
                                    one.putNull(name);
                                } else {
                                    one.put(name, value);
                                }
                            });
        }
        ArrayNode conditions = root.putArray("failed");
        failed.forEach(gate -> conditions.add(gate.toString()));
        return root;
    }
}
