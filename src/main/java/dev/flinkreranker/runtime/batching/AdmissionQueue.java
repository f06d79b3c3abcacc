package dev.flinkreranker.runtime.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Decides which waiting request starts next, so that what is under way stays within bounds and no
 * tenant fills them alone. It stands before tokenization: a waiting request costs only its place
 * here. Deterministic, not safe for several threads.
 *
 * <p>Tenants take turns as in {@link PairQueue}, by work over weight; within a tenant the earliest
 * deadline goes first. A tenant at its own limit is passed over until something of it ends.
 *
 * <p>A request that goes on with one that was admitted is admitted at once, whatever the limits: it
 * has fewer pairs, and waiting behind requests that came later would end its advantage. So what is
 * under way may exceed a limit by one request more.
 *
 * @param <R> a request
 */
public final class AdmissionQueue<R> {

    private static final int KEPT_LINES = 1024;

    private final AdmissionLimits limits;
    private final int turnTokens;
    private final double credit;
    private final Map<String, TenantLine<R>> lines = new HashMap<>();
    private final TurnHeap<TenantLine<R>> ready = new TurnHeap<>();
    private final Queue<Ticket<R>> goingOn = new ArrayDeque<>();
    private final Load load = new Load();
    private int sweepLinesAt = KEPT_LINES;
    private double virtualTime;
    private double mostServed;
    private long sequence;
    private int waiting;

    /**
     * @param limits what may be under way
     * @param turnTokens how many tokens a tenant of weight 1 gets in one round, at least 1
     */
    public AdmissionQueue(AdmissionLimits limits, int turnTokens) {
        this.limits = limits;
        this.turnTokens = turnTokens;
        this.credit = TenantAccounts.CREDIT_ROUNDS * (double) turnTokens;
    }

    /**
     * Takes a request into the line of its tenant.
     *
     * @param throttle whether to refuse it if it exceeds the tenant's limit together with all the
     *     tenant has here
     * @return whether it was taken
     */
    public boolean offer(Ticket<R> ticket, boolean throttle) {
        TenantLine<R> line = lines.get(ticket.tenant());
        if (line == null) {
            sweep();
            TenantAccount account =
                    new TenantAccount(ticket.tenant(), ticket.weight(), virtualTime - credit);
            line = new TenantLine<>(account);
            lines.put(ticket.tenant(), line);
        }
        if (ticket.goesOn()) {
            admit(ticket, line);
            place(line);
            goingOn.add(ticket);
            return true;
        }
        if (throttle && !line.fitsBesideAll(ticket)) {
            return false;
        }
        line.account().weigh(ticket.weight());
        if (line.isEmpty()) {
            line.account().wake(virtualTime, credit);
        }
        ticket.enqueued(sequence++);
        line.add(ticket);
        waiting++;
        place(line);
        return true;
    }

    /** The next request to start; null while none may. */
    public @Nullable Ticket<R> poll() {
        if (!goingOn.isEmpty()) {
            return goingOn.remove();
        }
        while (!ready.isEmpty() && load.hasRoom(limits)) {
            TenantLine<R> line = ready.peek();
            if (!line.mayStart(limits)) {
                // Comes back when something of this tenant ends.
                ready.remove(line);
                continue;
            }
            virtualTime = Math.max(virtualTime, line.account().served());
            Ticket<R> ticket = line.first();
            line.remove(ticket);
            waiting--;
            admit(ticket, line);
            place(line);
            if (waiting == 0) {
                // Nobody waits, so nobody is behind.
                virtualTime = mostServed;
                sweep();
            }
            return ticket;
        }
        return null;
    }

    private void admit(Ticket<R> ticket, TenantLine<R> line) {
        ticket.admitted();
        load.add(ticket);
        line.load().add(ticket);
        line.account().charge(ticket.work());
        mostServed = Math.max(mostServed, line.account().served());
    }

    /** Replaces the estimate of an admitted request's tokens. */
    public void weighed(Ticket<R> ticket, long tokens) {
        if (ticket.state() != Ticket.State.ADMITTED) {
            return;
        }
        TenantLine<R> line = lines.get(ticket.tenant());
        load.remove(ticket);
        line.load().remove(ticket);
        ticket.weighed(tokens);
        load.add(ticket);
        line.load().add(ticket);
        place(line);
    }

    /**
     * Ends a request's stay, admitted or still waiting. Calling it again does nothing.
     *
     * @return whether the ticket was here
     */
    public boolean release(Ticket<R> ticket) {
        TenantLine<R> line = lines.get(ticket.tenant());
        switch (ticket.state()) {
            case WAITING -> {
                line.remove(ticket);
                waiting--;
            }
            case ADMITTED -> {
                load.remove(ticket);
                line.load().remove(ticket);
            }
            default -> {
                return false;
            }
        }
        ticket.gone();
        place(line);
        return true;
    }

    /** Ends the stay of a request only if it still waits. Returns whether it did. */
    public boolean withdraw(Ticket<R> ticket) {
        return ticket.state() == Ticket.State.WAITING && release(ticket);
    }

    /** Requests that wait for a place. */
    public int waiting() {
        return waiting;
    }

    /** Whether a request may be there to start. */
    public boolean hasNext() {
        return waiting > 0 || !goingOn.isEmpty();
    }

    /** Pairs under way. */
    public long pairs() {
        return load.pairs();
    }

    /** Bytes of text under way. */
    public long bytes() {
        return load.bytes();
    }

    /** Tokens under way. */
    public long tokens() {
        return load.tokens();
    }

    /** Number of tenants remembered. */
    int tenants() {
        return lines.size();
    }

    private void place(TenantLine<R> line) {
        boolean wanted = !line.isEmpty();
        boolean placed = line.heapIndex >= 0;
        if (!wanted) {
            if (placed) {
                ready.remove(line);
            }
            return;
        }
        boolean moved = line.rekey(turnTokens);
        if (!placed) {
            ready.add(line);
        } else if (moved) {
            ready.update(line);
        }
    }

    private void sweep() {
        if (lines.size() < sweepLinesAt) {
            return;
        }
        boolean everybodyIsIdle = waiting == 0;
        List<String> idle = new ArrayList<>();
        for (Map.Entry<String, TenantLine<R>> entry : lines.entrySet()) {
            TenantLine<R> line = entry.getValue();
            if (line.isIdle()
                    && (everybodyIsIdle || line.account().served() <= virtualTime - credit)) {
                idle.add(entry.getKey());
            }
        }
        idle.forEach(lines::remove);
        sweepLinesAt = Math.max(KEPT_LINES, 2 * lines.size());
    }
}
