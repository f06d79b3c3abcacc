package dev.flinkreranker.tests.faults;

import dev.flinkreranker.tests.rig.DeviceFault;
import dev.flinkreranker.tests.rig.Eventually;
import dev.flinkreranker.tests.rig.FlinkCluster;
import dev.flinkreranker.tests.rig.Rig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** Does faults to a rig on which the job runs, and waits until the job works again. */
final class FaultInjector {

    private static final Duration RECOVERY = Duration.ofMinutes(4);

    /** How often somebody looks whether a process ended. */
    private static final Duration SUPERVISION = Duration.ofSeconds(20);

    /**
     * Longer than every timeout of the rig: 8 s for heartbeats and Kafka requests, 10 s for
     * leadership.
     */
    private static final Duration FROZEN = Duration.ofSeconds(13);

    private static final Duration BROKER_AWAY = Duration.ofSeconds(4);

    /**
     * What a TaskManager ends with after SIGTERM: the JVM's status, or one of Flink's threads that
     * comes before it, of TaskManagerRunner or of FatalExitExceptionHandler.
     */
    private static final Set<Integer> TERMINATED = Set.of(143, 1, 239);

    /** What a narrowed results topic takes. */
    private static final Duration OLDEST = Duration.ofHours(1);

    /** What operators/README.md promises. */
    private static final int LOST_GPU_STATUS = 86;

    /** Results written since the last checkpoint that make a fault worth its while. */
    private static final int UNCOVERED = 10;

    private static final Duration UNCOVERED_PATIENCE = Duration.ofSeconds(60);

    private final Rig rig;
    private final Path config;
    private final RandomGenerator random;
    private final LateTenant lateTenant;
    private String job;
    private int parallelism;
    private boolean narrow;

    FaultInjector(Rig rig, Path config, RandomGenerator random) {
        this.rig = rig;
        this.config = config;
        this.random = random;
        this.lateTenant = new LateTenant(rig.broker());
    }

    /** Starts the job for the first time. */
    void startJob() throws IOException, InterruptedException, TimeoutException {
        parallelism = 2;
        job = rig.submit(config, parallelism, null);
        awaitProgress();
    }

    /**
     * Waits until results are written that no checkpoint covers: those a fault makes Flink write
     * again.
     *
     * @return false when no more requests came
     */
    boolean awaitUncoveredResults() throws InterruptedException {
        long[] checkpoints = {-1};
        long[] covered = {0};
        try {
            Eventually.holds(
                    "results since the last checkpoint",
                    UNCOVERED_PATIENCE,
                    () -> {
                        long completed = rig.flink().rest().completedCheckpoints(job);
                        long written = rig.broker().end("results");
                        if (completed != checkpoints[0]) {
                            checkpoints[0] = completed;
                            covered[0] = written;
                        }
                        return written >= covered[0] + UNCOVERED;
                    });
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** Lets the requests go that were held for their tenant's first config. */
    void configureLateTenant() throws InterruptedException, ExecutionException {
        lateTenant.configure();
    }

    /** Does one fault. */
    void inject(Fault fault)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        FlinkCluster flink = rig.flink();
        int victim = random.nextInt(flink.taskManagers());
        switch (fault) {
            case KILL_TASK_MANAGER -> {
                flink.killTaskManager(victim);
                flink.startTaskManager(victim);
            }
            case TERMINATE_TASK_MANAGER -> {
                int status = flink.terminateTaskManager(victim);
                if (!TERMINATED.contains(status)) {
                    throw new IllegalStateException(
                            "a TaskManager ended with %d after SIGTERM".formatted(status));
                }
                flink.startTaskManager(victim);
            }
            case KILL_JOB_MANAGER -> {
                flink.killJobManager();
                flink.startJobManager();
            }
            case STOP_BROKER -> {
                rig.broker().stop();
                pass(BROKER_AWAY);
                rig.broker().start();
            }
            case KILL_BROKER -> {
                rig.broker().kill();
                rig.broker().start();
            }
            case FREEZE_TASK_MANAGER -> {
                flink.freezeTaskManager(victim);
                pass(FROZEN);
                flink.thawTaskManager(victim);
            }
            case FREEZE_JOB_MANAGER -> {
                flink.freezeJobManager();
                pass(FROZEN);
                flink.thawJobManager();
            }
            case FREEZE_BROKER -> {
                rig.broker().freeze();
                pass(FROZEN);
                rig.broker().thaw();
            }
            case LOSE_DEVICE -> {
                DeviceFault.LOST.begin(flink);
                DeviceFault.LOST.awaitDone(flink);
            }
            case LOSE_GPU -> {
                DeviceFault.LOST_GPU.begin(flink);
                DeviceFault.LOST_GPU.awaitDone(flink);
                awaitDeath(flink);
            }
            case LOAD_MODEL -> lateTenant.configure();
            case NARROW_RESULTS -> {
                narrow = !narrow;
                long oldest = narrow ? OLDEST.toMillis() : Long.MAX_VALUE;
                rig.broker()
                        .configureTopic("results", "message.timestamp.before.max.ms", "" + oldest);
            }
            case RESTART -> job = rig.submit(config, parallelism, savepoint());
            case RESCALE -> {
                String savepoint = savepoint();
                parallelism = parallelism % 3 + 1;
                job = rig.submit(config, parallelism, savepoint);
            }
        }
        awaitProgress();
    }

    /** Whose GPU is lost ends with a status that says so. */
    private static void awaitDeath(FlinkCluster flink)
            throws InterruptedException, TimeoutException {
        int[] ended = {-1};
        Eventually.holds(
                "the TaskManager of the lost GPU ends",
                RECOVERY,
                () -> {
                    for (int i = 0; i < flink.taskManagers(); i++) {
                        if (!flink.isTaskManagerAlive(i)) {
                            ended[0] = flink.taskManagerStatus(i);
                            return true;
                        }
                    }
                    return false;
                });
        if (ended[0] != LOST_GPU_STATUS) {
            throw new IllegalStateException("a lost GPU ended its process with " + ended[0]);
        }
    }

    private String savepoint() throws IOException, InterruptedException, TimeoutException {
        return rig.flink().rest().stopWithSavepoint(job);
    }

    /** A process may end itself when it finds that it was given up. */
    private void revive() throws IOException, InterruptedException, TimeoutException {
        FlinkCluster flink = rig.flink();
        if (!flink.isJobManagerAlive()) {
            flink.startJobManager();
        }
        for (int i = 0; i < flink.taskManagers(); i++) {
            if (!flink.isTaskManagerAlive(i)) {
                flink.startTaskManager(i);
            }
        }
        flink.awaitTaskManagers();
    }

    /** A process may end while the job comes back: one that hung, or that lost its GPU, too. */
    private void awaitProgress() throws IOException, TimeoutException, InterruptedException {
        Instant end = Instant.now().plus(RECOVERY);
        while (true) {
            revive();
            try {
                rig.flink().rest().awaitProgress(job, SUPERVISION);
                return;
            } catch (TimeoutException e) {
                if (Instant.now().isAfter(end)) {
                    throw e;
                }
            }
        }
    }

    /** Stops the job in order, which commits what it has written. */
    void stopJob() throws IOException, InterruptedException, TimeoutException {
        rig.flink().rest().stopWithSavepoint(job);
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }
}
