package dev.flinkreranker.workbench.options;

import dev.flinkreranker.runtime.model.ComputeType;
import dev.flinkreranker.runtime.model.HeadSelection;
import dev.flinkreranker.runtime.tokenization.SpecialTokens;
import dev.flinkreranker.runtime.tokenization.Truncation;
import dev.flinkreranker.runtime.tokenization.TruncationSide;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an enum constant as people write it on a command line: {@code model-card}. */
abstract sealed class KebabCase<E extends Enum<E>> implements ITypeConverter<E> {

    private final Class<E> type;

    private KebabCase(Class<E> type) {
        this.type = type;
    }

    @Override
    public E convert(String text) {
        for (E constant : type.getEnumConstants()) {
            if (spelt(constant).equals(text.toLowerCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw new TypeConversionException(
                "'%s' is none of %s"
                        .formatted(
                                text,
                                Arrays.stream(type.getEnumConstants())
                                        .map(KebabCase::spelt)
                                        .collect(Collectors.joining(", "))));
    }

    /** How a constant is written. */
    static String spelt(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static final class OfComputeType extends KebabCase<ComputeType> {
        OfComputeType() {
            super(ComputeType.class);
        }
    }

    static final class OfTruncation extends KebabCase<Truncation> {
        OfTruncation() {
            super(Truncation.class);
        }
    }

    static final class OfTruncationSide extends KebabCase<TruncationSide> {
        OfTruncationSide() {
            super(TruncationSide.class);
        }
    }

    static final class OfSpecialTokens extends KebabCase<SpecialTokens> {
        OfSpecialTokens() {
            super(SpecialTokens.class);
        }
    }

    static final class OfHeadSelection extends KebabCase<HeadSelection> {
        OfHeadSelection() {
            super(HeadSelection.class);
        }
    }

    static final class OfSwitch extends KebabCase<ScoringOptions.Switch> {
        OfSwitch() {
            super(ScoringOptions.Switch.class);
        }
    }
}
