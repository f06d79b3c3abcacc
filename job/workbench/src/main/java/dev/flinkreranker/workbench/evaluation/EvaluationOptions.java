package dev.flinkreranker.workbench.evaluation;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every command that measures quality, and turns figures into an exit code. */
public class EvaluationOptions {

    @Option(
            names = "--qrels",
            paramLabel = "FILE",
            description = "Judgments: TREC's four columns, or BEIR's TSV with header.")
    private Path qrels;

    @Option(
            names = {"-m", "--measure"},
            split = ",",
            paramLabel = "NAME",
            converter = MeasureConverter.class,
            description =
                    "Measures, the headline first: ndcg@K, mrr@K, map, recall@K, p@K, judged@K; by"
                            + " default the usual ones.")
    private Set<Measure> measures = new LinkedHashSet<>();

    @Option(
            names = "--fail-if",
            paramLabel = "CONDITION",
            converter = GateConverter.class,
            description =
                    "Exit with code 1 when this holds, for example 'ndcg@10 < 0.7'. The signs are"
                            + " <, <=, > and >=. May be given more than once.")
    private List<Gate> gates = new ArrayList<>();

    /** The judgments; null when none are named. */
    public Path qrels() {
        return qrels;
    }

    /** The measures asked for, or the usual ones. */
    public List<Measure> measures() {
        return measures.isEmpty() ? Measure.DEFAULTS : List.copyOf(measures);
    }

    /**
     * The gates that fail.
     *
     * @throws IllegalArgumentException when a gate names a figure that is not there
     */
    public List<Gate> failed(Map<String, Double> figures) {
        return gates.stream().filter(gate -> gate.trips(figures)).toList();
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
}
