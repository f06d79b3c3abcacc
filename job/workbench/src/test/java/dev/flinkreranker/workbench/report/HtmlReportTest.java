package dev.flinkreranker.workbench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
    private static final Pattern SCRIPT =
            Pattern.compile("<script(?<attributes>[^>]*)>(?<body>.*?)</script>", Pattern.DOTALL);

    @Test
    void theSameDataGivesTheSameBytes() {
        assertThat(HtmlReport.render(SampleReport.labelled()))
                .isEqualTo(HtmlReport.render(SampleReport.labelled()));
    }

    @Test
    void hostileTextStaysInsideTheDataAndComesBackUnchanged() throws Exception {
        List<String> bodies = scripts(HtmlReport.render(SampleReport.labelled()));

        assertThat(bodies).hasSize(3);
        assertThat(bodies.get(0)).doesNotContain("<", ">", "&");
        JsonNode data = new JsonMapper().readTree(bodies.get(0));
        assertThat(data.at("/queries/2/text").textValue()).isEqualTo(SampleReport.HOSTILE);
    }

    @Test
    void thePolicyNamesExactlyTheScriptsOnThePage() throws Exception {
        String html = HtmlReport.render(SampleReport.labelled());
        List<String> bodies = scripts(html);

        for (String body : bodies.subList(1, 3)) {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(body.getBytes(StandardCharsets.UTF_8));
            assertThat(html).contains(Base64.getEncoder().encodeToString(digest));
        }
        assertThat(html).contains("default-src 'none'").doesNotContain("unsafe-inline");
    }

    @Test
    void nothingIsLoadedFromElsewhere() {
        String page = SCRIPT.matcher(HtmlReport.render(SampleReport.labelled())).replaceAll("");

        assertThat(page).doesNotContainPattern("(?i)<[^>]+\\s(src|href)=\"(?!#)");
        assertThat(page).doesNotContainPattern("(?i)@import|url\\(");
    }

    @Test
    void aTuningsReportIsMadeLikewise() throws Exception {
        String html = HtmlReport.render(SampleReport.tuning());
        List<String> bodies = scripts(html);

        assertThat(bodies).hasSize(3);
        assertThat(bodies.get(0)).doesNotContain("<", ">", "&");
        assertThat(new JsonMapper().readTree(bodies.get(0)).at("/heldOut/0/stages").textValue())
                .isEqualTo(SampleReport.HOSTILE);
        assertThat(SCRIPT.matcher(html).replaceAll(""))
                .doesNotContainPattern("(?i)<[^>]+\\s(src|href)=\"(?!#)");
    }

    @Test
    void writesOneFile(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("report.html");

        HtmlReport.write(SampleReport.unlabelled(), file);

        assertThat(Files.readString(file)).startsWith("<!doctype html>").endsWith("</html>\n");
    }

    private static List<String> scripts(String html) {
        List<String> bodies = new ArrayList<>();
        Matcher matcher = SCRIPT.matcher(html);
        while (matcher.find()) {
            bodies.add(matcher.group("body"));
        }
        return bodies;
    }
}
