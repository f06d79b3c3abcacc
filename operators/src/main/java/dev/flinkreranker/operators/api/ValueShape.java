package dev.flinkreranker.operators.api;

import java.util.function.BiFunction;
import java.util.function.Function;

/** The elements that hold a value of the user's and something of ours. Snapshots have the names. */
enum ValueShape {
    RESOLVED(
            ResolvedRow.class,
            RowStamp.class,
            (value, rest) -> new ResolvedRow<>(value, (RowStamp) rest),
            element -> ((ResolvedRow<?>) element).value(),
            element -> ((ResolvedRow<?>) element).stamp()),
    OUTPUT(
            RowOutput.class,
            RowOutput.Outcome.class,
            (value, rest) -> new RowOutput<>(value, (RowOutput.Outcome) rest),
            element -> ((RowOutput<?>) element).value(),
            element -> ((RowOutput<?>) element).outcome()),
    RERANKED(
            Reranked.class,
            PassageRanking.class,
            (value, rest) -> new Reranked<>(value, (PassageRanking) rest),
            element -> ((Reranked<?>) element).value(),
            element -> ((Reranked<?>) element).ranking()),
    SCORED(
            Scored.class,
            PairScore.class,
            (value, rest) -> new Scored<>(value, (PairScore) rest),
            element -> ((Scored<?>) element).value(),
            element -> ((Scored<?>) element).pair()),
    REJECTED(
            Rejected.class,
            Refusal.class,
            (value, rest) -> new Rejected<>(value, (Refusal) rest),
            element -> ((Rejected<?>) element).value(),
            element -> ((Rejected<?>) element).refusal());

    private final Class<?> type;
    private final Class<?> restType;
    private final BiFunction<Object, Object, Object> join;
    private final Function<Object, Object> value;
    private final Function<Object, Object> rest;

    ValueShape(
            Class<?> type,
            Class<?> restType,
            BiFunction<Object, Object, Object> join,
            Function<Object, Object> value,
            Function<Object, Object> rest) {
        this.type = type;
        this.restType = restType;
        this.join = join;
        this.value = value;
        this.rest = rest;
    }

    Class<?> type() {
        return type;
    }

    /** What goes with the value: a record that Flink serializes field by field. */
    Class<?> restType() {
        return restType;
    }

    Object join(Object givenValue, Object givenRest) {
        return join.apply(givenValue, givenRest);
    }

    Object value(Object element) {
        return value.apply(element);
    }

    Object rest(Object element) {
        return rest.apply(element);
    }
}
