package dev.flinkreranker.job.cli;

import dev.flinkreranker.job.evaluation.FourDigits;
import dev.flinkreranker.job.evaluation.Gate;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that turns figures into an exit code. */
public final class GateOptions {

    @Option(
            names = "--fail-if",
            paramLabel = "CONDITION",
            converter = GateConverter.class,
            description =
                    "Exit with code 1 when this holds, for example 'ndcg@10 < 0.7'. The signs are"
                            + " <, <=, > and >=. May be given more than once.")
    private List<Gate> gates = new ArrayList<>();

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
