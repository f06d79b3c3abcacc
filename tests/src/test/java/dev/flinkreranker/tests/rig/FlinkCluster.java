package dev.flinkreranker.tests.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * One JobManager and TaskManagers, each a process: a session cluster with high availability by
 * ZooKeeper, or one job as compose runs it, without.
 */
public final class FlinkCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Path directory;
    private final ImageTree image;
    private final ClusterConfiguration configuration;

    /** The job's arguments; null for a session cluster. */
    private final List<String> job;

    private final List<ChildJvm> taskManagers = new ArrayList<>();
    private final List<String> taskManagerFlags = new ArrayList<>();
    private final List<String> taskManagerArguments = new ArrayList<>();
    private ChildJvm zooKeeper;
    private ChildJvm jobManager;

    private FlinkCluster(
            Path directory, ImageTree image, ClusterConfiguration configuration, List<String> job) {
        this.directory = directory;
        this.image = image;
        this.configuration = configuration;
        this.job = job;
    }

    /**
     * Starts a session cluster and waits until every slot is there.
     *
     * @param directory for configuration, logs and state
     * @param taskManagers of two slots each
     * @param options of Flink, over the rig's own
     */
    public static FlinkCluster start(
            Path directory, ImageTree image, int taskManagers, Map<String, String> options)
            throws IOException, InterruptedException, TimeoutException {
        return start(directory, image, taskManagers, options, null);
    }

    /**
     * Starts the reranker's job and one TaskManager for it, without high availability.
     *
     * @param directory for configuration, logs and state
     * @param job the job's arguments
     */
    public static FlinkCluster startJob(Path directory, ImageTree image, List<String> job)
            throws IOException, InterruptedException, TimeoutException {
        return start(directory, image, 1, Map.of("high-availability.type", "NONE"), job);
    }

    private static FlinkCluster start(
            Path directory,
            ImageTree image,
            int taskManagers,
            Map<String, String> options,
            List<String> job)
            throws IOException, InterruptedException, TimeoutException {
        Files.createDirectories(directory);
        List<Integer> ports = FreePorts.find(3);
        ClusterConfiguration configuration =
                new ClusterConfiguration(directory, ports.get(0), ports.get(1), ports.get(2));
        configuration.write(options);
        FlinkCluster cluster = new FlinkCluster(directory, image, configuration, job);
        // What Flink's scripts, which nothing here runs, do with it.
        cluster.taskManagerFlags.addAll(
                Stream.of(options.getOrDefault("env.java.opts.taskmanager", "").split(" "))
                        .filter(flag -> !flag.isEmpty())
                        .toList());
        try {
            if (job == null) {
                cluster.startZooKeeper();
            }
            cluster.startJobManager();
            cluster.readTaskManagerResources();
            for (int i = 0; i < taskManagers; i++) {
                cluster.startTaskManager(i);
            }
            cluster.awaitTaskManagers();
        } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private ChildJvm java(String name, String heap, List<String> flags, List<String> main)
            throws IOException {
        List<String> arguments = new ArrayList<>();
        if (heap != null) {
            arguments.add("-Xmx" + heap);
        }
        arguments.addAll(flags);
        arguments.add("-Dlog4j2.configurationFile=" + image.logging());
        arguments.add("-Dlog.file=" + logFile(name));
        arguments.add("@" + image.opens());
        arguments.addAll(List.of("-cp", image.classPath()));
        arguments.addAll(main);
        Map<String, String> environment = new HashMap<>(image.environment());
        // The TaskManagers share the processors, and threads that wait for each other take them.
        environment.put("OMP_NUM_THREADS", "1");
        // Beside it Flink looks for usrlib/, where the job is.
        environment.put("FLINK_LIB_DIR", home().resolve("lib").toString());
        return ChildJvm.start(name, directory, environment, arguments);
    }

    private Path logFile(String name) {
        return directory.resolve(name + ".file.log");
    }

    private Path home() throws IOException {
        Path home = directory.resolve("home");
        return Files.exists(home) ? home : image.home(home);
    }

    private void startZooKeeper() throws IOException {
        Path data = Files.createDirectories(directory.resolve("zookeeper"));
        Files.writeString(data.resolve("myid"), "1");
        zooKeeper =
                java(
                        "zookeeper",
                        "128m",
                        // Else an election's node may be deleted while its only contender is
                        // away, which Flink's Curator takes for the end of it (CURATOR-724).
                        List.of("-Dznode.container.checkIntervalMs=86400000"),
                        List.of(
                                "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server"
                                        + ".ZooKeeperServerMain",
                                configuration.zooKeeper().toString()));
    }

    /** Starts the JobManager, anew after {@link #killJobManager()}, and waits until it answers. */
    public void startJobManager() throws IOException, InterruptedException, TimeoutException {
        jobManager = java("jobmanager", "448m", List.of(), jobManagerMain());
        Eventually.holds("the JobManager answers", PATIENCE, () -> rest().slots() >= 0);
    }

    private List<String> jobManagerMain() {
        String folder = configuration.folder().toString();
        if (job == null) {
            return List.of(
                    "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                    "--configDir",
                    folder,
                    "--executionMode",
                    "cluster");
        }
        List<String> main =
                new ArrayList<>(
                        List.of(
                                "org.apache.flink.container.entrypoint"
                                        + ".StandaloneApplicationClusterEntryPoint",
                                "--configDir",
                                folder,
                                "--job-classname",
                                "dev.flinkreranker.job.stream.StreamJob",
                                "--"));
        main.addAll(job);
        return main;
    }

    /** What Flink's scripts ask Flink before they start a TaskManager: its memory. */
    private void readTaskManagerResources() throws IOException, InterruptedException {
        String output =
                ChildJvm.run(
                        directory,
                        List.of(
                                "-cp",
                                image.classPath(),
                                "org.apache.flink.runtime.util.bash.BashJavaUtils",
                                "GET_TM_RESOURCE_PARAMS",
                                "--configDir",
                                configuration.folder().toString()));
        List<String> lines =
                output.lines()
                        .filter(line -> line.startsWith("BASH_JAVA_UTILS_EXEC_RESULT:"))
                        .map(line -> line.substring(line.indexOf(':') + 1))
                        .toList();
        taskManagerFlags.addAll(List.of(lines.get(0).split(" ")));
        taskManagerArguments.addAll(List.of(lines.get(1).split(" ")));
    }

    private ChildJvm taskManager(int index) throws IOException {
        List<String> main = new ArrayList<>();
        main.addAll(
                List.of(
                        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                        "--configDir",
                        configuration.folder().toString()));
        main.addAll(taskManagerArguments);
        return java("taskmanager-" + index, null, taskManagerFlags, main);
    }

    /** Starts a TaskManager, anew where there was one. */
    public void startTaskManager(int index) throws IOException {
        ChildJvm started = taskManager(index);
        if (index < taskManagers.size()) {
            taskManagers.get(index).close();
            taskManagers.set(index, started);
        } else {
            taskManagers.add(started);
        }
    }

    /** Waits until all TaskManagers have offered their slots. */
    public void awaitTaskManagers() throws TimeoutException, InterruptedException {
        Eventually.holds(
                "all TaskManagers are registered",
                PATIENCE,
                () -> rest().slots() >= 2 * taskManagers.size());
    }

    /** How many TaskManagers there are. */
    public int taskManagers() {
        return taskManagers.size();
    }

    /** SIGTERM. @return what the process ended with */
    public int terminateTaskManager(int index) throws InterruptedException, TimeoutException {
        return taskManagers.get(index).terminate(PATIENCE);
    }

    /** {@code kill -9}. */
    public void killTaskManager(int index) throws InterruptedException {
        taskManagers.get(index).kill();
    }

    /** {@code kill -9}. */
    public void killJobManager() throws InterruptedException {
        jobManager.kill();
    }

    /** {@code kill -STOP}. */
    public void freezeTaskManager(int index) throws IOException, InterruptedException {
        taskManagers.get(index).freeze();
    }

    /** {@code kill -CONT}. */
    public void thawTaskManager(int index) throws IOException, InterruptedException {
        taskManagers.get(index).thaw();
    }

    /** {@code kill -STOP}. */
    public void freezeJobManager() throws IOException, InterruptedException {
        jobManager.freeze();
    }

    /** {@code kill -CONT}. */
    public void thawJobManager() throws IOException, InterruptedException {
        jobManager.thaw();
    }

    /** Whether the process of the JobManager lives. */
    public boolean isJobManagerAlive() {
        return jobManager.isAlive();
    }

    /** Whether the process of a TaskManager lives. */
    public boolean isTaskManagerAlive(int index) {
        return taskManagers.get(index).isAlive();
    }

    /** What the process of a TaskManager has ended with. */
    public int taskManagerStatus(int index) throws InterruptedException, TimeoutException {
        return taskManagers.get(index).await(PATIENCE);
    }

    /** What a TaskManager knows as the system property {@code log.file}. */
    public Path taskManagerLogFile(int index) {
        return logFile("taskmanager-" + index);
    }

    /** The process of a TaskManager. */
    public long taskManagerPid(int index) {
        return taskManagers.get(index).pid();
    }

    /** What crashed JVMs have left. */
    public List<String> crashReports() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("hs_err") || name.startsWith("core"))
                    .toList();
        }
    }

    /** Where checkpoints lie, a folder for each job. */
    public Path checkpoints() {
        return directory.resolve("checkpoints");
    }

    /** What the JobManager printed. */
    public String jobManagerOutput() {
        return jobManager.output();
    }

    /** What a TaskManager printed. */
    public String taskManagerOutput(int index) {
        return taskManagers.get(index).output();
    }

    /** The cluster's REST interface. */
    public FlinkRest rest() {
        return new FlinkRest("http://127.0.0.1:" + configuration.restPort());
    }

    @Override
    public void close() {
        taskManagers.forEach(ChildJvm::close);
        if (jobManager != null) {
            jobManager.close();
        }
        if (zooKeeper != null) {
            zooKeeper.close();
        }
    }
}
