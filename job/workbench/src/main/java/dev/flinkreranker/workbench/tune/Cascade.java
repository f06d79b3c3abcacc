package dev.flinkreranker.workbench.tune;

import java.util.List;
import java.util.StringJoiner;

/**
 * Stages that rank a request one after the other.
 *
 * @param candidates how many of the first stage's take part; {@link Stage#ALL} for all
 * @param stages at least one; each but the last cuts
 */
public record Cascade(int candidates, List<Stage> stages) {

    /** Copies the list. */
    public Cascade {
        stages = List.copyOf(stages);
    }

    /**
     * What it makes of a request. To try many on the same request, ask a {@link Simulation}.
     *
     * @param byFirstStage whether the first candidates are those that the first stage scored
     *     highest, and not those that stand first in the request
     */
    public Simulation.Ranked rank(JudgedRequest request, boolean byFirstStage) {
        return new Simulation(request, Trials.settings(List.of(this)), byFirstStage).rank(this);
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
