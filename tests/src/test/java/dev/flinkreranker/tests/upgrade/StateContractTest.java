package dev.flinkreranker.tests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Uids and types that the state of kept savepoints is found by and read with are still there. */
class StateContractTest {

    static List<Savepoint> kept() {
        return Savepoint.kept();
    }

    @ParameterizedTest
    @MethodSource("kept")
    void whatASavepointNeedsIsStillThere(Savepoint savepoint) throws Exception {
        assertThat(savepoint.state()).hasSizeGreaterThan(30);
        assertThat(
                        StateContract.breaches(
                                savepoint.toString(), savepoint.state(), StateContract.now()))
                .isEmpty();
    }

    @Test
    void aLostUidAndAChangedFieldAreBreachesAndANewOneIsNot() {
        List<String> then = List.of("request.a: Integer", "request.b: String", "uid rerank");
        List<String> now = List.of("request.a: Long", "request.b: String", "request.c: Integer");

        assertThat(StateContract.breaches("1.0", then, now))
                .satisfiesExactly(
                        field ->
                                assertThat(field)
                                        .contains("request.a: Integer", "of 1.0", "new field"),
                        uid -> assertThat(uid).contains("uid rerank", "give the operator its uid"));
    }
}
