package dev.flinkreranker.workbench.tune;

import dev.flinkreranker.job.terminal.TextTable;
import dev.flinkreranker.workbench.calibration.NothingRelevant;
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
        return frontier
                + "\n"
                + heldOut
                + "\n"
                + data.decision()
                + "\n\n"
                + calibrated(data)
                + "\n\n"
                + data.config();
    }

    private static String calibrated(TuningData data) {
        TuningData.Calibrated held = data.calibrated();
        if (held == null) {
            return "No calibration: on a half of the queries, relevant documents of the last stage"
                    + " have no higher scores than others, or there are only such or none.";
        }
        NothingRelevant nothing = held.nothingRelevant();
        return String.format(
                Locale.ROOT,
                "Probabilities, fitted on one half and measured on the other, of %,d documents of"
                        + " the last stage (%,d relevant): Brier score %s, and %s for the sigmoid of"
                        + " the score; calibration error %s and %s. That nothing is relevant was"
                        + " said of %,d of %,d queries, %s; %,d have nothing relevant.",
                held.documents(),
                held.relevant(),
                FourDigits.format(held.after().brier()),
                FourDigits.format(held.before().brier()),
                FourDigits.format(held.after().calibrationError()),
                FourDigits.format(held.before().calibrationError()),
                nothing.said(),
                nothing.requests(),
                nothing.said() == 0
                        ? "as no threshold is right often enough (--nothing-precision)"
                        : String.format(
                                Locale.ROOT,
                                "rightly of %,d (%s, 95 %% interval %s to %s)",
                                nothing.right(),
                                percent(nothing.precision().share()),
                                percent(held.low()),
                                percent(held.high())),
                nothing.without());
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
