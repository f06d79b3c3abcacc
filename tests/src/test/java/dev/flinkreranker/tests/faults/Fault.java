package dev.flinkreranker.tests.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** What is done to the running system. */
enum Fault {
    /** {@code kill -9} of a TaskManager; another takes its place. */
    KILL_TASK_MANAGER,
    /** {@code kill -9} of the JobManager; another finds the job in the high-availability store. */
    KILL_JOB_MANAGER,
    /** The broker ends in order and is away for some seconds. */
    STOP_BROKER,
    /** {@code kill -9} of the broker. */
    KILL_BROKER,
    /** A TaskManager hangs until it counts as lost, then goes on as if nothing had been. */
    FREEZE_TASK_MANAGER,
    /** The JobManager hangs until its leadership and its TaskManagers are lost, then goes on. */
    FREEZE_JOB_MANAGER,
    /** The broker hangs past the clients' requests, then goes on. */
    FREEZE_BROKER,
    /** Stop with a savepoint, start from it. */
    RESTART,
    /** Stop with a savepoint, start from it with another parallelism. */
    RESCALE;

    /**
     * Every kind in turn, each round in an order of its own; but the first of all is a kill, so
     * that even the shortest plan has one.
     */
    static List<Fault> plan(int count, RandomGenerator random) {
        List<Fault> plan = new ArrayList<>();
        do {
            List<Fault> round = new ArrayList<>(List.of(values()));
            for (int i = round.size(); i > 1; i--) {
                Collections.swap(round, i - 1, random.nextInt(i));
            }
            plan.addAll(round);
        } while (plan.size() < count);
        Collections.swap(plan, 0, plan.indexOf(KILL_TASK_MANAGER));
        return List.copyOf(plan.subList(0, count));
    }
}
