package dev.flinkreranker.runtime.batching;

/** What is under way: pairs, bytes, tokens. */
final class Load {

    private long pairs;
    private long bytes;
    private long tokens;

    void add(Ticket<?> ticket) {
        pairs += ticket.pairs();
        bytes += ticket.bytes();
        tokens += ticket.tokens();
    }

    void remove(Ticket<?> ticket) {
        pairs -= ticket.pairs();
        bytes -= ticket.bytes();
        tokens -= ticket.tokens();
    }

    long pairs() {
        return pairs;
    }

    long bytes() {
        return bytes;
    }

    long tokens() {
        return tokens;
    }

    boolean hasRoom(AdmissionLimits limits) {
        return pairs < limits.pairs() && bytes < limits.bytes() && tokens < limits.tokens();
    }
}
