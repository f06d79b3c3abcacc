package dev.flinkreranker.runtime.model;

import dev.flinkreranker.runtime.program.KeptTensor;
import dev.flinkreranker.runtime.program.ProgramCall;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The rows of kept states that a call goes on from, in the call's order. */
final class KeptRows {

    private final List<KeptTensor> tensors = new ArrayList<>();
    private final LongStream.Builder firsts = LongStream.builder();
    private final LongStream.Builder counts = LongStream.builder();

    /** Adds all rows of a pair. */
    KeptRows all(PairStates states) {
        return add(states, states.query()).rest(states);
    }

    /** Adds the rows of a pair but for its query's. */
    KeptRows rest(PairStates states) {
        return add(states, states.rest());
    }

    /** Adds tensors, first rows and numbers of rows to a call. */
    void addTo(ProgramCall call) {
        call.tensors(tensors).list(firsts.build().toArray()).list(counts.build().toArray());
    }

    private KeptRows add(PairStates states, PairStates.Rows rows) {
        if (rows.count() > 0) {
            tensors.add(states.batch().tensor());
            firsts.add(rows.first());
            counts.add(rows.count());
        }
        return this;
    }
}
