package dev.flinkreranker.runtime.batching;

/** Passes everything on; a test overrides what it is about. */
class ForwardingListener implements PairListener<Long> {

    private final PairListener<Long> next;

    ForwardingListener(PairListener<Long> next) {
        this.next = next;
    }

    @Override
    public boolean isWanted() {
        return next.isWanted();
    }

    @Override
    public void scored(int index, Long score) {
        next.scored(index, score);
    }

    @Override
    public void unscorable(int index, String reason) {
        next.unscorable(index, reason);
    }

    @Override
    public void dropped(int index) {
        next.dropped(index);
    }

    @Override
    public void abandoned(int index, RuntimeException cause) {
        next.abandoned(index, cause);
    }
}
