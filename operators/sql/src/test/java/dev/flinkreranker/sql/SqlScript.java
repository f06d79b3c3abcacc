package dev.flinkreranker.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/**
 * A script of {@code examples}, run as Flink's SQL client runs it.
 *
 * @param text its statements
 */
record SqlScript(String text) {

    private static final Pattern SETTING = Pattern.compile("SET\\s+'([^']+)'\\s*=\\s*'([^']*)'");
    private static final String MODE = "execution.runtime-mode";

    static SqlScript of(String name) throws IOException {
        return new SqlScript(Files.readString(Path.of("examples", name), UTF_8));
    }

    /** The same with other words, which it must have. */
    SqlScript with(String words, String others) {
        if (!text.contains(words)) {
            throw new AssertionError("the script has no " + words);
        }
        return new SqlScript(text.replace(words, others));
    }

    /** Runs it until its jobs have ended. */
    void run() throws Exception {
        run(sql -> {});
    }

    /** Likewise, with something done first. */
    void run(Consumer<TableEnvironment> first) throws Exception {
        TableEnvironment sql =
                TableEnvironment.create(
                        text.contains("'" + MODE + "' = 'batch'")
                                ? EnvironmentSettings.inBatchMode()
                                : EnvironmentSettings.inStreamingMode());
        sql.getConfig().set("parallelism.default", "1");
        first.accept(sql);
        for (String statement : statements()) {
            Matcher setting = SETTING.matcher(statement);
            if (!setting.matches()) {
                sql.executeSql(statement).await();
            } else if (!setting.group(1).equals(MODE)) {
                sql.getConfig().set(setting.group(1), setting.group(2));
            }
        }
    }

    private List<String> statements() {
        String code = text.replaceAll("(?m)^--.*$", "");
        return Stream.of(code.split(";\\s*\\n"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }
}
