package dev.flinkreranker.workbench.evaluation;

import dev.flinkreranker.workbench.evaluation.measure.Measure;
import dev.flinkreranker.workbench.evaluation.trec.Run;
import dev.flinkreranker.workbench.evaluation.trec.RunReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every command that measures quality, and turns figures into an exit code. */
public class EvaluationOptions {

    @Option(
            names = "--qrels",
            paramLabel = "FILE",
            description =
                    "Judgments: TREC's four columns, three columns under a header (BEIR) or without,"
                            + " or JSON.")
    private @Nullable Path qrels;

    @Option(
            names = {"-m", "--measure"},
            split = ",",
            paramLabel = "NAME",
            converter = MeasureConverter.class,
            description =
                    "Measures, the headline first: "
                            + Measure.NAMES
                            + ". By default the usual ones.")
    private Set<Measure> measures = new LinkedHashSet<>();

    @Option(
            names = {"-l", "--relevance-level"},
            paramLabel = "GRADE",
            defaultValue = "1",
            converter = LevelConverter.class,
            description =
                    "Lowest grade that is relevant, for measures that do not say their own"
                            + " (trec_eval -l; 2 for TREC DL). nDCG takes every grade."
                            + " Default: ${DEFAULT-VALUE}.")
    private int level;

    @Option(
            names = "--leave-out-self",
            description =
                    "Leave out passages that bear their query's own id, for collections whose"
                            + " queries are documents (ArguAna, Quora).")
    private boolean leaveOutSelf;

    @Option(
            names = "--fail-if",
            paramLabel = "CONDITION",
            converter = GateConverter.class,
            description =
                    "Exit with code 1 when this holds, for example 'ndcg@10 < 0.7'. The signs are"
                            + " <, <=, > and >=. May be given more than once.")
    private List<Gate> gates = new ArrayList<>();

    /** The judgments; null when none are named. */
    public @Nullable Path qrels() {
        return qrels;
    }

    /** The measures asked for, or the usual ones. */
    public List<Measure> measures() {
        return (measures.isEmpty() ? Measure.DEFAULTS : measures)
                .stream().map(measure -> measure.orLevel(level)).distinct().toList();
    }

    /** Whether passages that bear their query's own id are left out. */
    public boolean leavesOutSelf() {
        return leaveOutSelf;
    }

    /** Reads a run, without what is to be left out. */
    public Run run(Path file) throws IOException {
        Run run = RunReader.read(file);
        return leaveOutSelf ? run.withoutSelf() : run;
    }

    /**
     * The gates that fail.
     *
     * @throws IllegalArgumentException when a gate names a figure that is not there
     */
    public List<Gate> failed(Map<String, Double> figures) {
        return gates.stream()
                .map(gate -> gate.in(figures, level))
                .filter(gate -> gate.trips(figures))
                .toList();
    }

    /** Says which gates fail and why. */
    public static void report(List<Gate> failed, Map<String, Double> figures, PrintWriter err) {
        for (Gate gate : failed) {
            err.printf(
                    "failed: %s (it is %s)%n", gate, FourDigits.format(figures.get(gate.figure())));
        }
        err.flush();
    }

    /** Reads a gate from the command line. */
    public static final class GateConverter implements ITypeConverter<Gate> {

        @Override
        public Gate convert(String value) {
            try {
                return Gate.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Reads a grade of at least 1. */
    public static final class LevelConverter implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String value) {
            if (!value.matches("[1-9][0-9]{0,3}")) {
                throw new TypeConversionException(
                        "\"" + value + "\" is no grade: a whole number of at least 1 is needed");
            }
            return Integer.valueOf(value);
        }
    }
}
