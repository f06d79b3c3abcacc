package dev.flinkreranker.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the READMEs tell a person to type exists, and so do the files that they point to. */
class ReadmeTest {

    private static final Path ROOT = Path.of("../..");
    private static final Pattern SHELL = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#)([^)#]+)[^)]*\\)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "job/README.md", "job/workbench/README.md"})
    void commandsAreOnesThatExist(String file) throws IOException {
        List<String> commands = commands(Files.readString(ROOT.resolve(file)));

        assertThat(commands).isNotEmpty();
        for (String command : commands) {
            if (command.equals("mvn verify")) {
                assertThat(ROOT.resolve(".ci/run")).content().contains("exec mvn -B -ntp verify");
            } else {
                assertThat(command).startsWith("./rerank ");
                String[] arguments = words(command.substring("./rerank ".length()));
                assertThatCode(() -> Workbench.commandLine().parseArgs(arguments))
                        .as(command)
                        .doesNotThrowAnyException();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "CONTRIBUTING.md",
                "CHANGELOG.md",
                "job/README.md",
                "job/workbench/README.md",
                "job/workbench/BENCHMARKS.md",
                "operators/sql/README.md",
                "operators/sql/OPTIONS.md",
                "src/README.md",
                "tests/reference/README.md"
            })
    void linksLeadSomewhere(String file) throws IOException {
        Path readme = ROOT.resolve(file);
        Matcher links = LINK.matcher(Files.readString(readme));
        while (links.find()) {
            assertThat(readme.resolveSibling(links.group(1))).as(links.group()).exists();
        }
    }

    private static List<String> commands(String text) {
        List<String> commands = new ArrayList<>();
        Matcher blocks = SHELL.matcher(text);
        while (blocks.find()) {
            blocks.group(1).replace("\\\n", " ").lines().forEach(commands::add);
        }
        return commands;
    }

    private static String[] words(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        return words.toArray(String[]::new);
    }
}
