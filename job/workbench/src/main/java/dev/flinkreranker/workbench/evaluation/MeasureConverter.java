package dev.flinkreranker.workbench.evaluation;

import dev.flinkreranker.workbench.evaluation.measure.Measure;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a measure from the command line, with the known names when there is no such. */
final class MeasureConverter implements ITypeConverter<Measure> {

    @Override
    public Measure convert(String value) {
        try {
            return Measure.parse(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
