package dev.flinkreranker.tests.runbooks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tries the runbooks, one after another, on one rig. */
@Command(
        name = "runbooks",
        mixinStandardHelpOptions = true,
        description = "Makes alerts fire on a real cluster, and ends them as their runbooks say.")
public final class RunbookRun implements Callable<Integer> {

    @Option(names = "--only", split = ",", description = "Names of alerts; by default all.")
    private List<String> only = List.copyOf(Runbooks.ALL.keySet());

    @Option(names = "--root", defaultValue = "..", description = "The checkout.")
    private Path root;

    @Spec private CommandLine.Model.CommandSpec spec;

    private RunbookRun() {}

    /** Runs and exits: 0 when every alert fired and ended, 1 when not. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new RunbookRun());
    }

    @Override
    public Integer call() throws Exception {
        for (String alert : only) {
            if (!Runbooks.ALL.containsKey(alert)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "%s is no alert; alerts are %s".formatted(alert, Runbooks.ALL.keySet()));
            }
        }
        List<String> failed = new ArrayList<>();
        try (Site site = Site.start(root.toRealPath())) {
            for (String alert : only) {
                long start = System.nanoTime();
                try {
                    Runbooks.ALL.get(alert).run(site);
                    site.awaitSilence(alert);
                    site.cancelJobs();
                    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
                    System.err.printf("%s fired and ended, %d s%n", alert, seconds);
                } catch (Exception | AssertionError e) {
                    System.err.printf("%s: %s%n", alert, e);
                    failed.add(alert);
                    site.clear();
                }
            }
        }
        System.out.printf("runbooks=%d failed=%s%n", only.size(), failed);
        return failed.isEmpty() ? 0 : 1;
    }
}
