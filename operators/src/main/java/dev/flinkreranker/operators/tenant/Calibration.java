package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.runtime.checkpoint.Sha256;
import java.io.Serializable;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * Turns scores into probabilities: {@code 1 / (1 + exp(-(slope * logit + intercept)))}, as Platt,
 * "Probabilistic Outputs for Support Vector Machines" (1999). It never falls where a score rises,
 * and no ranking depends on it.
 *
 * @param slope what the last stage's raw logit is multiplied by, above 0
 * @param intercept what is added to that
 * @param nothingRelevantBelow where no document of a request is as probable as this, the result
 *     says that nothing in it is relevant; above 0 and below 1, null to never say so
 * @param nothingRelevantPrecision how often that was so when it was said of requests that had no
 *     part in the fit, 0 to 1; for people, nothing depends on it. Null where it is not known
 * @param fittedFor the stages that score, in their order; of other stages it says nothing
 */
@PublicEvolving
public record Calibration(
        Double slope,
        Double intercept,
        @Nullable Double nothingRelevantBelow,
        @Nullable Double nothingRelevantPrecision,
        List<CalibratedStage> fittedFor)
        implements Serializable {

    private static final int HASH_BYTES = 6;

    /**
     * Copies the list.
     *
     * @throws dev.flinkreranker.operators.config.InvalidConfigException if it has a null
     */
    public Calibration {
        fittedFor =
                fittedFor == null
                        ? List.of()
                        : RerankSettings.nonNull("fitted_for", "maps of fields", fittedFor);
    }

    /**
     * How probable it is that a document is relevant.
     *
     * @param logit of the last stage, finite
     * @return 0 to 1, float32
     */
    @Internal
    public float probability(float logit) {
        return (float) (1 / (1 + StrictMath.exp(-(slope * logit + intercept))));
    }

    /** What tells it from others, and follows from what it consists of: 12 hexadecimal digits. */
    @Internal
    public String version() {
        StringJoiner text = new StringJoiner("\n");
        text.add(Double.toHexString(slope)).add(Double.toHexString(intercept));
        text.add(nothingRelevantBelow == null ? "" : Double.toHexString(nothingRelevantBelow));
        fittedFor.forEach(stage -> text.add(stage.model()).add(stage.settings()));
        return hash(text.toString());
    }

    /** The beginning of a text's SHA-256. */
    static String hash(String text) {
        return HexFormat.of().formatHex(Sha256.of(text), 0, HASH_BYTES);
    }
}
