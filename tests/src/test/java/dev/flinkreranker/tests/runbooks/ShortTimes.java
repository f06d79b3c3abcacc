package dev.flinkreranker.tests.runbooks;

import java.util.regex.Pattern;

/** Makes the times of alerts short, so that they can be waited for. */
final class ShortTimes {

    private static final Pattern TIME = Pattern.compile("(for: |\\[|offset )(\\d+)([mh])");

    /** The one time that is a value of a metric, in milliseconds. */
    private static final Pattern MINUTE = Pattern.compile("> 60000\\b");

    private ShortTimes() {}

    /** The same rules, a second for each of their minutes, and a minute for whole hours. */
    static String of(String alerts) {
        return MINUTE.matcher(
                        TIME.matcher(alerts)
                                .replaceAll(
                                        time ->
                                                time.group(1)
                                                        + (time.group(3).equals("h")
                                                                ? "1m"
                                                                : time.group(2) + "s")))
                .replaceAll("> 1000");
    }
}
