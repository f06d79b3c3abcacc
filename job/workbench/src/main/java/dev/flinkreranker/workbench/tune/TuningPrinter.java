package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.workbench.evaluation.FourDigits;
import dev.flinkreranker.workbench.report.TuningData;
import dev.flinkreranker.workbench.report.TuningData.HeldOut;
import dev.flinkreranker.workbench.report.TuningData.Point;
import java.util.Locale;

/** What was found, for a person at a terminal. */
final class TuningPrinter {
    private TuningPrinter() {}

    static String text(TuningData data) {
        TextTable frontier =
                new TextTable("on all queries", data.measure(), "operations", "GFLOPs/request");
        frontier.row("first stage", FourDigits.format(data.firstStage()), "0.0 %", "0.0");
        data.frontier().forEach(point -> row(point, frontier));
        if (!data.frontier().contains(data.full())) {
            row(data.full(), frontier);
        }
        TextTable heldOut =
                new TextTable(
                        "held out",
                        "tuned on",
                        "measured on",
                        "queries",
                        "operations",
                        data.measure(),
                        "full model",
                        "delta",
                        "95 % interval");
        for (HeldOut one : data.heldOut()) {
            heldOut.row(
                    one.stages(),
                    one.tunedOn(),
                    one.measuredOn(),
                    String.valueOf(one.queries()),
                    percent(one.share()),
                    FourDigits.format(one.mean()),
                    FourDigits.format(one.full()),
                    signed(one.delta()),
                    signed(one.low()) + " " + signed(one.high()));
        }
        return frontier + "\n" + heldOut + "\n" + data.decision() + "\n\n" + data.config();
    }

    /** A share in percent. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    static String signed(double value) {
        return (value > 0 ? "+" : "") + FourDigits.format(value);
    }

    private static void row(Point point, TextTable table) {
        table.row(
                point.stages(),
                FourDigits.format(point.mean()),
                percent(point.share()),
                String.format(Locale.ROOT, "%.1f", point.flops() / 1e9));
    }
}
