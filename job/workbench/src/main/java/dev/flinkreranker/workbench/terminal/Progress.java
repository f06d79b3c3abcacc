package dev.flinkreranker.workbench.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Consumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far a piece of work is, with rate and time left: a bar that redraws itself on a terminal, and
 * a line now and then where the output is a file or a pipe.
 */
public final class Progress implements AutoCloseable {

    private static final int WIDTH = 78;
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration LINE = Duration.ofSeconds(5);

    private final ProgressBar bar;
    private final Runnable end;

    private Progress(ProgressBar bar, Runnable end) {
        this.bar = bar;
        this.end = end;
    }

    /**
     * Starts to show progress on standard error.
     *
     * @param task what is being done, two or three words
     * @param unit what is counted, with a leading blank, as in {@code " pairs"}
     * @param total how many there are; below zero when nobody knows
     */
    public static Progress start(String task, String unit, long total) {
        return start(task, unit, total, System.err, System.console() != null);
    }

    static Progress start(String task, String unit, long total, PrintStream err, boolean terminal) {
        Consumer<String> draw =
                terminal
                        ? line -> {
                            err.print("\r" + line);
                            err.flush();
                        }
                        : new ChangedLines(err);
        Runnable end = terminal ? err::println : () -> {};
        ProgressBar bar =
                new ProgressBarBuilder()
                        .setTaskName(task)
                        .setUnit(unit, 1)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(
                                Math.toIntExact((terminal ? REDRAW : LINE).toMillis()))
                        .setConsumer(new DelegatingProgressBarConsumer(draw, WIDTH))
                        .showSpeed()
                        .build();
        return new Progress(bar, end);
    }

    /** Sets how many are done; safe from any thread. */
    public void done(long count) {
        bar.stepTo(count);
    }

    /** Draws the last state and ends the line. */
    @Override
    public void close() {
        bar.close();
        end.run();
    }

    /** Prints a line unless it is the one before it once more. */
    private static final class ChangedLines implements Consumer<String> {

        private final PrintStream err;
        private String last = "";

        ChangedLines(PrintStream err) {
            this.err = err;
        }

        @Override
        public synchronized void accept(String line) {
            String text = line.stripTrailing();
            if (!text.equals(last)) {
                err.println(text);
                last = text;
            }
        }
    }
}
