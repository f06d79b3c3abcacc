package dev.flinkreranker.tests.faults;

import dev.flinkreranker.tests.rig.FlinkCluster;
import dev.flinkreranker.tests.rig.Rig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** Does faults to a rig on which the job runs, and waits until the job works again. */
final class FaultInjector {

    private static final Duration RECOVERY = Duration.ofMinutes(4);

    /** Longer than the rig's heartbeat timeout of 8 s. */
    private static final Duration FROZEN = Duration.ofSeconds(13);

    private static final Duration BROKER_AWAY = Duration.ofSeconds(4);

    private final Rig rig;
    private final Path config;
    private final RandomGenerator random;
    private String job;
    private int parallelism;

    FaultInjector(Rig rig, Path config, RandomGenerator random) {
        this.rig = rig;
        this.config = config;
        this.random = random;
    }

    /** Starts the job for the first time. */
    void startJob() throws IOException, InterruptedException, TimeoutException {
        parallelism = 2;
        job = rig.submit(config, parallelism, null);
        awaitProgress();
    }

    /** Does one fault. */
    void inject(Fault fault) throws IOException, InterruptedException, TimeoutException {
        FlinkCluster flink = rig.flink();
        int victim = random.nextInt(flink.taskManagers());
        switch (fault) {
            case KILL_TASK_MANAGER -> {
                flink.killTaskManager(victim);
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
            case RESTART -> job = rig.submit(config, parallelism, savepoint());
            case RESCALE -> {
                String savepoint = savepoint();
                parallelism = parallelism % 3 + 1;
                job = rig.submit(config, parallelism, savepoint);
            }
        }
        reviveTaskManagers();
        awaitProgress();
    }

    private String savepoint() throws IOException, InterruptedException, TimeoutException {
        return rig.flink().rest().stopWithSavepoint(job);
    }

    /** A TaskManager may end itself when it finds that it was given up. */
    private void reviveTaskManagers() throws IOException, InterruptedException, TimeoutException {
        FlinkCluster flink = rig.flink();
        for (int i = 0; i < flink.taskManagers(); i++) {
            if (!flink.isTaskManagerAlive(i)) {
                flink.startTaskManager(i);
            }
        }
        flink.awaitTaskManagers();
    }

    private void awaitProgress() throws TimeoutException, InterruptedException {
        rig.flink().rest().awaitProgress(job, RECOVERY);
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
