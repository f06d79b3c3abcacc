package dev.flinkreranker.tests.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM holds, seen from outside after a full collection.
 *
 * @param userClassLoaders class loaders of jobs that are still reachable
 * @param classes loaded classes
 * @param residentMegabytes memory of the process
 * @param threads how many threads have each name, numbers and ids in names left out
 */
record JvmFootprint(
        int userClassLoaders, int classes, int residentMegabytes, Map<String, Integer> threads) {

    /**
     * The allocator and the compilers are never quite still: 65 MB were seen over two runs that
     * left nothing. Classes and threads tell a job that stays behind; this tells a model that does.
     */
    private static final int MEGABYTES_OF_NOISE = 150;

    /** Less than a run that keeps its model: even the small one has 46 MB. */
    private static final int MEGABYTES_PER_RUN = 3;

    /** Classes that the JVM makes up while it runs: lambdas, accessors. A job has thousands. */
    private static final int CLASSES_OF_NOISE = 600;

    /** Flink's own pools, which grow with work up to a bound, whatever the job. */
    private static final Pattern POOL =
            Pattern.compile(".*(pekko|taskexecutor-io|Netty|ForkJoinPool|Cleaner).*");

    private static final Pattern HISTOGRAM =
            Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");
    private static final Pattern THREAD = Pattern.compile("\"(.*)\" #\\d+ .*");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    static JvmFootprint of(long pid) throws IOException, InterruptedException {
        int loaders = 0;
        int classes = 0;
        for (String line : jcmd(pid, "GC.class_histogram")) {
            Matcher row = HISTOGRAM.matcher(line);
            if (!row.matches()) {
                continue;
            }
            if (row.group(2).equals("org.apache.flink.util.ChildFirstClassLoader")) {
                loaders = Integer.parseInt(row.group(1));
            } else if (row.group(2).equals("java.lang.Class")) {
                classes = Integer.parseInt(row.group(1));
            }
        }
        Map<String, Integer> threads = new TreeMap<>();
        for (String line : jcmd(pid, "Thread.print")) {
            Matcher thread = THREAD.matcher(line);
            if (thread.matches()) {
                String name = thread.group(1).replaceAll("[0-9a-f]{16,}|\\d+", "N");
                threads.merge(name, 1, Integer::sum);
            }
        }
        Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
        if (!resident.find()) {
            throw new IOException("no VmRSS of process " + pid);
        }
        return new JvmFootprint(
                loaders, classes, Integer.parseInt(resident.group(1)) / 1024, threads);
    }

    private static List<String> jcmd(long pid, String command)
            throws IOException, InterruptedException {
        String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process =
                new ProcessBuilder(tool, Long.toString(pid), command)
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " of process " + pid + ": " + output);
        }
        return output.lines().toList();
    }

    /**
     * What has grown since, one line each.
     *
     * @param runs jobs that came and went in between
     */
    List<String> leaksSince(JvmFootprint before, int runs) {
        List<String> leaks = new ArrayList<>();
        if (userClassLoaders > before.userClassLoaders) {
            leaks.add(
                    "class loaders of jobs: %d, were %d"
                            .formatted(userClassLoaders, before.userClassLoaders));
        }
        if (classes > before.classes + CLASSES_OF_NOISE) {
            leaks.add("classes: %d, were %d".formatted(classes, before.classes));
        }
        int allowed = MEGABYTES_OF_NOISE + runs * MEGABYTES_PER_RUN;
        if (residentMegabytes > before.residentMegabytes + allowed) {
            leaks.add(
                    "memory: %d MB, was %d MB"
                            .formatted(residentMegabytes, before.residentMegabytes));
        }
        threads.forEach(
                (name, count) -> {
                    int was = before.threads.getOrDefault(name, 0);
                    if (count >= was + Math.max(2, runs) && !POOL.matcher(name).matches()) {
                        leaks.add("threads \"%s\": %d, were %d".formatted(name, count, was));
                    }
                });
        return leaks;
    }
}
