package dev.flinkreranker.workbench.hub;

import java.io.IOException;
import java.time.Duration;

/**
 * How long a Hub that does not answer well is asked again.
 *
 * @param attempts most attempts in a row that bring nothing
 * @param first pause after the first of them; each further one is twice as long
 * @param stall how long a connection may bring nothing before it counts as cut
 * @param pause waits
 */
record Patience(int attempts, Duration first, Duration stall, Pause pause) {

    /** What the Hub asks for with Retry-After is waited for, but not beyond this. */
    static final Duration MOST = Duration.ofMinutes(5);

    static final Patience USUAL =
            new Patience(
                    5,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    time -> Thread.sleep(time.toMillis()));

    /** Lets time pass. */
    interface Pause {
        void over(Duration time) throws InterruptedException;
    }

    /** Something that may succeed when it is tried again. */
    interface Attempt<T> {

        /**
         * Tries.
         *
         * @throws PassingFailure if it may go well another time
         * @throws IOException if it will not
         */
        T run() throws IOException, InterruptedException;

        /** How far it has come so far; an attempt that came further is no failure in a row. */
        default long reached() throws IOException {
            return 0;
        }
    }

    /** The outcome of the first attempt that succeeds; the last one's failure otherwise. */
    <T> T insist(Attempt<T> attempt) throws IOException, InterruptedException {
        int failures = 0;
        while (true) {
            long before = attempt.reached();
            try {
                return attempt.run();
            } catch (PassingFailure e) {
                failures = attempt.reached() > before ? 1 : failures + 1;
                if (failures >= attempts) {
                    throw e;
                }
                Duration own = first.multipliedBy(1L << Math.min(failures - 1, 10));
                Duration asked = e.retryAfter();
                Duration wait = asked != null ? asked : own;
                pause.over(wait.compareTo(MOST) < 0 ? wait : MOST);
            }
        }
    }
}
