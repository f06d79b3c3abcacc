package dev.flinkreranker.operators.deadletter;

import dev.flinkreranker.operators.event.OutgoingRecord;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/** The side output of every operator that may refuse an event. */
@Internal
public final class DeadLetterOutput {

    /** Records of {@link DeadLetter}s. */
    public static final OutputTag<OutgoingRecord> TAG =
            new OutputTag<>("dead-letters", TypeInformation.of(OutgoingRecord.class));

    private DeadLetterOutput() {}
}
