package dev.flinkreranker.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can be seen of the Dockerfile without a container engine. */
class DockerfileTest {

    private static final Path ROOT = Repository.root();

    /** The instructions of each stage, continuation lines joined. */
    private static final Map<String, List<String>> STAGES = new LinkedHashMap<>();

    private static final Map<String, String> PARENTS = new HashMap<>();
    private static final Map<String, String> ARGUMENTS = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        String text =
                Files.readString(ROOT.resolve("docker/Dockerfile"))
                        .replaceAll("(?m)^#.*\\R", "")
                        .replaceAll("\\\\\\R\\s*", "");
        Pattern from = Pattern.compile("FROM (\\S+) AS (\\S+)");
        String stage = null;
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            Matcher next = from.matcher(line);
            if (next.matches()) {
                stage = next.group(2);
                PARENTS.put(stage, next.group(1));
                STAGES.put(stage, new ArrayList<>());
            } else if (stage == null) {
                String[] argument = line.substring("ARG ".length()).split("=", 2);
                ARGUMENTS.put("${" + argument[0] + "}", argument[1]);
            } else {
                STAGES.get(stage).add(line);
            }
        }
    }

    @Test
    void everyForeignImageIsPinned() {
        assertThat(ARGUMENTS.values()).isNotEmpty().allMatch(image -> image.matches(".+:.*\\d.*"));
        PARENTS.values()
                .forEach(
                        parent ->
                                assertThat(
                                                STAGES.containsKey(parent)
                                                        || ARGUMENTS.containsKey(parent))
                                        .as(parent)
                                        .isTrue());
    }

    @Test
    void bothTargetsRunWithoutRightsAndOffline() {
        for (String target : List.of("cpu", "gpu")) {
            List<String> all = new ArrayList<>(STAGES.get(PARENTS.get(target)));
            all.addAll(STAGES.get(target));
            assertThat(all.get(all.size() - 1)).as(target).isEqualTo("USER 9999:9999");
            assertThat(all)
                    .anyMatch(line -> line.contains("DJL_OFFLINE=true"))
                    .anyMatch(line -> line.contains("OPT_OUT_TRACKING=true"))
                    .anyMatch(line -> line.contains("PYTORCH_LIBRARY_PATH="))
                    .noneMatch(line -> line.matches(".*\\b(curl|wget|apt-get|pip|ADD)\\b.*"));
        }
    }

    @Test
    void whatIsCopiedFromHereIsHere() throws IOException {
        List<String> ignored = Files.readAllLines(ROOT.resolve("docker/Dockerfile.dockerignore"));
        STAGES.values().stream()
                .flatMap(List::stream)
                .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
                .map(line -> line.split(" ")[1].replaceAll("/$", ""))
                .forEach(
                        source -> {
                            assertThat(ROOT.resolve(source)).exists();
                            assertThat(ignored).doesNotContain(source);
                        });
    }

    /** What builds images has no driver; what runs the GPU's has one. */
    @Test
    void theCacheOfTheGpuIsFilledWithoutADriver() {
        assertThat(STAGES.get("gpu-cache"))
                .filteredOn(line -> line.contains("FillCache.java"))
                .singleElement()
                .asString()
                .containsSubsequence("rm -rf ", "torch/lib/libcaffe2_nvrtc.so", "&&", "FillCache");
        assertThat(STAGES.get("gpu"))
                .contains("COPY --from=cuda /libtorch/ libtorch/")
                .anyMatch(line -> line.contains("PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True"))
                .noneMatch(line -> line.contains("caffe2_nvrtc"));
    }

    /** As the wheels of its versions have it: beside NVIDIA's other libraries, or among them. */
    @Test
    void allOfCudaComesAlong() {
        assertThat(STAGES.get("cuda"))
                .singleElement()
                .asString()
                .contains("/torch/lib\" /libtorch/torch/lib", "/nvidia\" /libtorch/nvidia")
                .contains("/cusparselt\" /libtorch/cusparselt");
    }

    @Test
    void theNativesAreTheVersionThatTheBuildLoads() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        String pytorch = property(pom, "pytorch.version");

        assertThat(ARGUMENTS.get("${CUDA_IMAGE}")).contains(":" + pytorch + "-cuda12.");
        assertThat(STAGES.get("base"))
                .anyMatch(line -> line.contains("PYTORCH_VERSION=" + pytorch));
        assertThat(ARGUMENTS.get("${FLINK_IMAGE}"))
                .startsWith("flink:" + property(pom, "flink.version") + "-");
    }

    private static String property(String pom, String name) {
        Matcher property = Pattern.compile("<" + name + ">(.+)</").matcher(pom);
        assertThat(property.find()).as(name).isTrue();
        return property.group(1);
    }
}
