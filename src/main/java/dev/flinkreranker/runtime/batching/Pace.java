package dev.flinkreranker.runtime.batching;

/** How much of the device's time somebody has had of late. */
final class Pace {

    /** After so long what was had counts for 1/e: as long as waits that matter. */
    private static final double MEMORY_NANOS = 5e9;

    private double seconds;
    private long last;

    /** So many seconds of the device were had. */
    void had(double deviceSeconds, long now) {
        seconds = seconds * faded(now) + deviceSeconds;
        last = Math.max(last, now);
    }

    /** The part of the device's time, 0 and up; about 1 for all of it. */
    double share(long now) {
        return seconds * faded(now) / (MEMORY_NANOS / 1e9);
    }

    private double faded(long now) {
        return now <= last ? 1 : Math.exp((last - now) / MEMORY_NANOS);
    }
}
