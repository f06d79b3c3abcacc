package dev.flinkreranker.tests.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What is done to the running system. */
enum Fault {
    /** {@code kill -9} of a TaskManager; another takes its place. */
    KILL_TASK_MANAGER,
    /** SIGTERM to a TaskManager that scores, as Kubernetes sends it; another takes its place. */
    TERMINATE_TASK_MANAGER,
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
    /** The device of a TaskManager fails a call and is lost to its process. */
    LOSE_DEVICE,
    /** The GPU of a TaskManager is lost, which ends its process; another takes its place. */
    LOSE_GPU,
    /** A tenant gets a model that nobody has loaded, while requests go on. */
    LOAD_MODEL,
    /** The results topic takes no old events any more, or takes them again. */
    NARROW_RESULTS,
    /** Stop with a savepoint, start from it. */
    RESTART,
    /** Stop with a savepoint, start from it with another parallelism. */
    RESCALE;

    /**
     * Each of some kinds in turn, each round in an order of its own; but a kill comes first, so
     * that even the shortest plan has one.
     */
    static List<Fault> plan(int count, Set<Fault> kinds, RandomGenerator random) {
        List<Fault> plan = new ArrayList<>();
        do {
            List<Fault> round = new ArrayList<>(kinds);
            for (int i = round.size(); i > 1; i--) {
                Collections.swap(round, i - 1, random.nextInt(i));
            }
            plan.addAll(round);
        } while (plan.size() < count);
        Collections.swap(plan, 0, Math.max(0, plan.indexOf(KILL_TASK_MANAGER)));
        return List.copyOf(plan.subList(0, count));
    }
}
