package dev.flinkreranker.job.deadletter;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** A redrive in a process of its own, which says when it is at a place, and stays there. */
final class KilledRedrive {

    /** Where it waits to be killed. */
    enum Place {
        /** The second transaction is written and open. */
        IN_A_TRANSACTION,
        /** The first transaction is committed, the second not begun. */
        BETWEEN_TRANSACTIONS
    }

    static final String HERE = "here";

    private KilledRedrive() {}

    /** Takes the broker's address, the fixture's name and the place. */
    public static void main(String[] arguments) throws Exception {
        Place place = Place.valueOf(arguments[2]);
        Redrive.run(
                new LetterFixture(arguments[0], arguments[1]).config(),
                LetterFixture.TRANSIENT,
                Corrections.NONE,
                new RedriveListener() {
                    private int written;

                    @Override
                    public void written() {
                        if (++written == 2 && place == Place.IN_A_TRANSACTION) {
                            stay();
                        }
                    }

                    @Override
                    public void committed(int letters) {
                        if (place == Place.BETWEEN_TRANSACTIONS) {
                            stay();
                        }
                    }
                });
        System.out.println("finished at " + Instant.now());
    }

    private static void stay() {
        System.out.println(HERE);
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
