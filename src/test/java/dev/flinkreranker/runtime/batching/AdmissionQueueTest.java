package dev.flinkreranker.runtime.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdmissionQueueTest {

    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private static AdmissionQueue<String> queue(int pairs, long bytes, long tokens, double share) {
        return new AdmissionQueue<>(new AdmissionLimits(pairs, bytes, tokens, share), 1000);
    }

    private static Ticket<String> ticket(String tenant, int limit, int pairs, long bytes) {
        return new Ticket<>(tenant, tenant, 1, limit, Long.MAX_VALUE, pairs, bytes, 1, false);
    }

    @Test
    void admitsWhileEveryLimitHasRoom() {
        for (int which = 0; which < 3; which++) {
            AdmissionQueue<String> queue =
                    queue(
                            which == 0 ? 10 : NO_LIMIT,
                            which == 1 ? 1000 : Long.MAX_VALUE,
                            which == 2 ? 135 : Long.MAX_VALUE,
                            1);
            List<Ticket<String>> tickets = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                // 5 pairs, 500 bytes, 67 tokens by estimate
                tickets.add(ticket("t" + i, NO_LIMIT, 5, 500));
                assertThat(queue.offer(tickets.get(i), false)).isTrue();
            }
            int admitted = 0;
            while (queue.poll() != null) {
                admitted++;
            }
            assertThat(admitted).as("limit %d", which).isEqualTo(which == 2 ? 3 : 2);
            assertThat(queue.waiting()).isEqualTo(5 - admitted);
            assertThat(queue.release(tickets.get(0))).isTrue();
            assertThat(queue.release(tickets.get(0))).isFalse();
            assertThat(queue.poll()).isSameAs(tickets.get(admitted));
        }
    }

    @Test
    void theRealTokensReplaceTheEstimate() {
        AdmissionQueue<String> queue = queue(NO_LIMIT, Long.MAX_VALUE, 100, 1);
        Ticket<String> first = ticket("a", NO_LIMIT, 1, 8);
        queue.offer(first, false);
        queue.offer(ticket("b", NO_LIMIT, 1, 8), false);
        assertThat(queue.poll()).isSameAs(first);
        queue.weighed(first, 100);
        assertThat(queue.tokens()).isEqualTo(100);
        assertThat(queue.poll()).isNull();
        queue.weighed(first, 99);
        assertThat(queue.poll()).isNotNull();
    }

    @Test
    void throttlesWhatExceedsTheTenantsLimitButNeverALoneRequest() {
        AdmissionQueue<String> queue = queue(NO_LIMIT, Long.MAX_VALUE, Long.MAX_VALUE, 1);
        Ticket<String> huge = ticket("t", 10, 50, 1);
        assertThat(queue.offer(huge, true)).isTrue();
        assertThat(queue.offer(ticket("t", 10, 1, 1), true)).isFalse();
        assertThat(queue.offer(ticket("other", 10, 1, 1), true)).isTrue();
        assertThat(queue.poll()).isSameAs(huge);
        assertThat(queue.offer(ticket("t", 10, 1, 1), true)).isFalse();
        queue.release(huge);
        assertThat(queue.offer(ticket("t", 10, 6, 1), true)).isTrue();
        assertThat(queue.offer(ticket("t", 10, 6, 1), true)).isFalse();
        assertThat(queue.offer(ticket("t", 10, 4, 1), true)).isTrue();
    }

    @Test
    void aWaitingTenantStaysWithinItsLimit() {
        AdmissionQueue<String> queue = queue(NO_LIMIT, Long.MAX_VALUE, Long.MAX_VALUE, 1);
        List<Ticket<String>> tickets = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tickets.add(ticket("t", 10, 4, 1));
            queue.offer(tickets.get(i), false);
        }
        assertThat(queue.poll()).isSameAs(tickets.get(0));
        assertThat(queue.poll()).isSameAs(tickets.get(1));
        assertThat(queue.poll()).isNull();
        queue.release(tickets.get(0));
        assertThat(queue.poll()).isSameAs(tickets.get(2));
        assertThat(queue.poll()).isNull();
    }

    @Test
    void noTenantFillsTheLimitsAlone() {
        AdmissionQueue<String> queue = queue(100, Long.MAX_VALUE, Long.MAX_VALUE, 0.25);
        for (int i = 0; i < 50; i++) {
            queue.offer(ticket("noisy", NO_LIMIT, 5, 1), false);
        }
        int noisy = 0;
        while (queue.poll() != null) {
            noisy++;
        }
        assertThat(noisy).isEqualTo(5);
        Ticket<String> quiet = ticket("quiet", NO_LIMIT, 5, 1);
        queue.offer(quiet, false);
        assertThat(queue.poll()).isSameAs(quiet);
    }

    @Test
    void aTenantPaysForWhatItsTokensCost() {
        AdmissionQueue<String> queue = queue(1, Long.MAX_VALUE, Long.MAX_VALUE, 1);
        for (int i = 0; i < 100; i++) {
            queue.offer(
                    new Ticket<>("large", "l", 1, 9, Long.MAX_VALUE, 1, 8_000, 20, false), false);
            queue.offer(
                    new Ticket<>("small", "s", 1, 9, Long.MAX_VALUE, 1, 8_000, 1, false), false);
        }
        int large = 0;
        for (int i = 0; i < 63; i++) {
            Ticket<String> ticket = queue.poll();
            large += ticket.request().equals("large") ? 1 : 0;
            queue.release(ticket);
        }
        assertThat(large).isBetween(2, 4);
    }

    @Test
    void theEarliestDeadlineOfATenantGoesFirst() {
        AdmissionQueue<String> queue = queue(NO_LIMIT, Long.MAX_VALUE, Long.MAX_VALUE, 1);
        for (long deadline : new long[] {30, 10, 20}) {
            queue.offer(new Ticket<>("r" + deadline, "t", 1, 9, deadline, 1, 1, 1, false), false);
        }
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            order.add(queue.poll().request());
        }
        assertThat(order).containsExactly("r10", "r20", "r30");
    }

    @Test
    void aWithdrawnRequestLeavesNothing() {
        AdmissionQueue<String> queue = queue(1, Long.MAX_VALUE, Long.MAX_VALUE, 1);
        Ticket<String> running = ticket("t", 10, 1, 1);
        Ticket<String> waiting = ticket("t", 10, 1, 1);
        queue.offer(running, false);
        queue.offer(waiting, false);
        assertThat(queue.poll()).isSameAs(running);
        assertThat(queue.withdraw(running)).isFalse();
        assertThat(queue.withdraw(waiting)).isTrue();
        assertThat(queue.waiting()).isZero();
        queue.release(running);
        assertThat(queue.poll()).isNull();
        assertThat(queue.pairs()).isZero();
    }

    @Test
    void losesNothingUnderRandomUse() {
        for (long seed = 1; seed <= 10; seed++) {
            Random random = new Random(seed);
            AdmissionQueue<String> queue = queue(300, 10_000, 5000, 0.3);
            Map<Ticket<String>, Boolean> here = new HashMap<>();
            Set<Ticket<String>> admitted = new HashSet<>();
            for (int step = 0; step < 20_000; step++) {
                int what = random.nextInt(4);
                if (what == 0) {
                    Ticket<String> ticket =
                            ticket(
                                    "t" + random.nextInt(5000),
                                    1 + random.nextInt(50),
                                    1 + random.nextInt(20),
                                    random.nextInt(500));
                    if (queue.offer(ticket, random.nextBoolean())) {
                        here.put(ticket, true);
                    }
                } else if (what == 1) {
                    Ticket<String> ticket = queue.poll();
                    if (ticket != null) {
                        assertThat(admitted.add(ticket)).isTrue();
                        assertThat(here).containsKey(ticket);
                    }
                } else if (!admitted.isEmpty()) {
                    Ticket<String> ticket = admitted.iterator().next();
                    if (what == 2) {
                        queue.weighed(ticket, random.nextInt(1000));
                    } else {
                        assertThat(queue.release(ticket)).isTrue();
                        admitted.remove(ticket);
                        here.remove(ticket);
                    }
                }
            }
            while (!here.isEmpty()) {
                Ticket<String> ticket = queue.poll();
                if (ticket == null) {
                    assertThat(admitted)
                            .as("seed %d: waiting, but nothing runs", seed)
                            .isNotEmpty();
                    ticket = admitted.iterator().next();
                }
                assertThat(queue.release(ticket)).isTrue();
                admitted.remove(ticket);
                here.remove(ticket);
            }
            assertThat(queue.waiting()).isZero();
            assertThat(queue.pairs()).isZero();
            assertThat(queue.bytes()).isZero();
            assertThat(queue.tokens()).isZero();
        }
    }

    @Test
    void forgetsTenantsThatAreGone() {
        AdmissionQueue<String> queue = queue(100, Long.MAX_VALUE, Long.MAX_VALUE, 1);
        for (int i = 0; i < 50_000; i++) {
            Ticket<String> ticket = ticket("t" + i, NO_LIMIT, 1, 100);
            queue.offer(ticket, false);
            assertThat(queue.poll()).isSameAs(ticket);
            queue.release(ticket);
        }
        assertThat(queue.tenants()).isLessThan(5000);
    }

    @Test
    void whatGoesOnIsAdmittedAtOnceWhateverTheLimits() {
        AdmissionQueue<String> queue = queue(2, Long.MAX_VALUE, Long.MAX_VALUE, 1);
        Ticket<String> before = ticket("t", 2, 2, 8);
        Ticket<String> later = ticket("t", 2, 2, 8);
        Ticket<String> full = ticket("u", 2, 2, 8);
        queue.offer(before, true);
        queue.poll();
        queue.offer(later, false);
        queue.release(before);
        queue.offer(full, false);
        assertThat(queue.poll()).isSameAs(later);
        Ticket<String> next = new Ticket<>("n", "t", 1, 2, Long.MAX_VALUE, 1, 8, 1, true);
        assertThat(queue.offer(next, true)).isTrue();

        assertThat(queue.hasNext()).isTrue();
        assertThat(queue.poll()).isSameAs(next);
        assertThat(queue.pairs()).isEqualTo(3);
        assertThat(queue.poll()).as("beyond the limit").isNull();
        assertThat(queue.release(next)).isTrue();
        assertThat(queue.release(later)).isTrue();
        assertThat(queue.poll()).isSameAs(full);
        assertThat(queue.hasNext()).isFalse();
    }
}
