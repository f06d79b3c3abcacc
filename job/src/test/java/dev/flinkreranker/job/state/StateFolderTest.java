package dev.flinkreranker.job.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.config.InvalidConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

    @TempDir private Path folder;

    @Test
    void theUsersFolderForStateIsTheDefault() {
        assertThat(StateFolder.of("job", null, Map.of("XDG_STATE_HOME", "/s")))
                .isEqualTo(Path.of("/s/flink-reranker/job"));
        Path home = Path.of(System.getProperty("user.home"));
        assertThat(StateFolder.of("job", null, Map.of("XDG_STATE_HOME", "relative")))
                .isEqualTo(home.resolve(".local/state/flink-reranker/job"));
        assertThat(StateFolder.of("job", null, Map.of()))
                .isEqualTo(home.resolve(".local/state/flink-reranker/job"));
    }

    @Test
    void aFolderOfThisMachineCanBeNamedInEveryWay() {
        for (String name : List.of("/c", "file:/c", "file:///c/")) {
            assertThat(StateFolder.of("job", name, Map.of())).isEqualTo(Path.of("/c/job"));
        }
        assertThat(StateFolder.of("job", "a b", Map.of()))
                .isEqualTo(Path.of("a b/job").toAbsolutePath());
        assertThatThrownBy(() -> StateFolder.of("job", "s3://bucket/c", Map.of()))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(
                        "delivery.checkpoint_dir: s3://bucket/c is not on this machine, where the"
                                + " job looks for what it goes on from; name a folder of it");
    }

    @Test
    void oneAtATimeHasIt() {
        try (StateFolder taken = StateFolder.take(folder)) {
            assertThatThrownBy(() -> StateFolder.take(folder))
                    .isInstanceOf(InvalidConfigException.class)
                    .hasMessage(
                            taken.root()
                                    + " is in use: a job of this name runs already. Stop it, or"
                                    + " give this one another name");
        }
        StateFolder.take(folder).close();
    }

    @Test
    void whereNothingCanBeWrittenIsSaid() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> StateFolder.take(file.resolve("job")))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(file.resolve("job") + " cannot be written (")
                .hasMessageEndingWith("; name another folder in delivery.checkpoint_dir");
    }

    @Test
    void whatIsHalfWrittenIsNoStateAndGoes() throws Exception {
        Path unfinished = Files.createDirectories(folder.resolve("checkpoints/a/chk-3"));
        Path broken = Files.createDirectories(folder.resolve("checkpoints/b/chk-4"));
        Files.writeString(broken.resolve("_metadata"), "not of Flink");
        List<String> told = new ArrayList<>();

        try (StateFolder taken = StateFolder.take(folder)) {
            assertThat(taken.newest(told::add)).isEmpty();
            assertThat(
                            taken.settings(taken.newest(told::add))
                                    .getOptional(StateRecoveryOptions.SAVEPOINT_PATH))
                    .isEmpty();
        }

        assertThat(told)
                .singleElement()
                .asString()
                .startsWith(broken + " is broken and left out: ");
        assertThat(unfinished).doesNotExist();
    }
}
