package dev.flinkreranker.workbench.replay;

import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.workbench.evaluation.FourDigits;
import dev.flinkreranker.workbench.report.ReportData;
import dev.flinkreranker.workbench.report.ReportData.Configuration;
import dev.flinkreranker.workbench.report.ReportData.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A replay's figures as a table for a person. */
final class ReplayPrinter {
    private ReplayPrinter() {}

    static String text(ReportData data) {
        boolean labelled = !data.measures().isEmpty();
        List<String> heads = new ArrayList<>(List.of("configuration"));
        heads.addAll(data.measures());
        if (labelled) {
            heads.addAll(List.of("delta", "95 % interval", "win/tie/loss"));
        }
        heads.addAll(List.of("rbo", "other first", "GFLOPs/request", "device s"));
        TextTable table = new TextTable(heads.toArray(String[]::new));
        for (Configuration configuration : data.configurations()) {
            List<String> cells = new ArrayList<>(List.of(configuration.name()));
            configuration.means().forEach(mean -> cells.add(FourDigits.format(mean)));
            Difference difference = configuration.difference();
            if (labelled) {
                cells.add(difference == null ? "" : signed(difference.delta()));
                cells.add(
                        difference == null
                                ? ""
                                : signed(difference.low()) + " " + signed(difference.high()));
                cells.add(
                        difference == null
                                ? ""
                                : difference.wins()
                                        + "/"
                                        + difference.ties()
                                        + "/"
                                        + difference.losses());
            }
            cells.add(difference == null ? "" : FourDigits.format(difference.rankBiasedOverlap()));
            cells.add(difference == null ? "" : FourDigits.format(difference.changedTop()));
            boolean scored = configuration.cost() != null;
            cells.add(scored ? number(configuration.cost().flops() / data.queryCount() / 1e9) : "");
            cells.add(scored ? number(configuration.cost().deviceSeconds()) : "");
            table.row(cells.toArray(String[]::new));
        }
        return data.decision() == null
                ? table.toString()
                : table + "\n" + data.decision().text() + "\n";
    }

    private static String signed(double value) {
        return (value > 0 ? "+" : "") + FourDigits.format(value);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
