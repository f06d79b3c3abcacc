package dev.flinkreranker.workbench.tune;

import java.util.List;
import java.util.StringJoiner;

/**
 * Stages that rank a request one after the other.
 *
 * @param candidates how many of the first stage's take part; {@link Stage#ALL} for all
 * @param stages at least one; each but the last cuts
 */
record Cascade(int candidates, List<Stage> stages) {

    /** Copies the list. */
    Cascade {
        stages = List.copyOf(stages);
    }

    /**
     * For a person: who takes part and through what, for example {@code 30 > layer 4 > 5 > layer
     * 6}.
     */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(" > ");
        text.add(candidates == Stage.ALL ? "all" : String.valueOf(candidates));
        for (Stage stage : stages) {
            text.add(stage.toString());
            if (stage.keep() != Stage.ALL) {
                text.add(String.valueOf(stage.keep()));
            }
        }
        return text.toString();
    }
}
