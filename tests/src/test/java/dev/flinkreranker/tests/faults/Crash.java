package dev.flinkreranker.tests.faults;

import java.util.Set;

/** What tells a process that crashed from one that ended. */
final class Crash {

    /** As a shell sees it: SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV. */
    private static final Set<Integer> STATUSES = Set.of(132, 133, 134, 135, 136, 139);

    private Crash() {}

    /** Whether a status is a crashed process's. */
    static boolean is(int status) {
        return STATUSES.contains(status);
    }
}
