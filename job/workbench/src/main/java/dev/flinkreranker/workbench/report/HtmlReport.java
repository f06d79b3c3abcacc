package dev.flinkreranker.workbench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.runtime.checkpoint.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Renders {@link ReportData} or {@link TuningData} as one HTML file with style, script, chart
 * library and data inside.
 *
 * <p>Queries and passages are untrusted. They travel only inside a JSON block in which {@code <},
 * {@code >} and {@code &} are written as escapes, and the script puts them on the page as text,
 * never as markup. As a second wall the page's content security policy allows exactly the two
 * scripts and the style written here, by hash, and no connection anywhere.
 */
public final class HtmlReport {
    private static final String WEBJAR = "META-INF/maven/org.webjars.npm/chart.js/pom.properties";
    private static final Page REPLAY =
            new Page(
                    "replay",
                    "report.html",
                    "FLOPs are counted analytically. Device seconds and latencies were measured on"
                            + " the machine of the run, all else depends on the input alone.",
                    List.of(
                            "report-basics.js",
                            "report-drawing.js",
                            "report-charts.js",
                            "report-movers.js",
                            "report-tables.js",
                            "report.js"));
    private static final Page TUNING =
            new Page(
                    "tune",
                    "tuning.html",
                    "Operations are counted analytically, for all pairs that a stage scores. A"
                            + " deeper stage does not repeat the layers of the one before.",
                    List.of("report-basics.js", "report-drawing.js", "tuning.js"));
    private static final JsonMapper MAPPER = mapper();

    private HtmlReport() {}

    /**
     * What a report has within the frame of all.
     *
     * @param command that writes it
     * @param sections a file of HTML
     * @param note at its foot, for a person: how its figures came about
     * @param scripts that fill it, in order
     */
    private record Page(String command, String sections, String note, List<String> scripts) {}

    /** Writes the report of a replay to a file. */
    public static void write(ReportData data, Path file) throws IOException {
        Files.writeString(file, render(data));
    }

    /** Writes the report of a tuning to a file. */
    public static void write(TuningData data, Path file) throws IOException {
        Files.writeString(file, render(data));
    }

    /** The report as HTML text. The same data gives the same text. */
    public static String render(ReportData data) {
        return render(REPLAY, data.title(), data);
    }

    /** The report as HTML text. The same data gives the same text. */
    public static String render(TuningData data) {
        return render(TUNING, data.title(), data);
    }

    private static String render(Page page, String title, Object data) {
        String style = own("report.css");
        String charts = chartLibrary();
        String script =
                page.scripts().stream().map(HtmlReport::own).collect(Collectors.joining("\n"));
        return fill(
                own("frame.html"),
                "{{policy}}",
                "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src "
                        + hash(style)
                        + "; script-src "
                        + hash(charts)
                        + " "
                        + hash(script),
                "{{title}}",
                escape(title),
                "{{style}}",
                style,
                "{{command}}",
                page.command(),
                "{{sections}}",
                own(page.sections()),
                "{{note}}",
                page.note(),
                "{{data}}",
                json(data),
                "{{charts}}",
                charts,
                "{{script}}",
                script);
    }

    /** One pass, so that text put in is never taken for a slot. */
    private static String fill(String page, String... slotsAndValues) {
        StringBuilder filled = new StringBuilder();
        int from = 0;
        for (int i = 0; i < slotsAndValues.length; i += 2) {
            int at = page.indexOf(slotsAndValues[i], from);
            if (at < 0) {
                throw new IllegalStateException("the page lacks " + slotsAndValues[i]);
            }
            filled.append(page, from, at).append(slotsAndValues[i + 1]);
            from = at + slotsAndValues[i].length();
        }
        return filled.append(page, from, page.length()).toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String json(Object data) {
        try {
            return MAPPER.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonMapper mapper() {
        JsonMapper mapper = JsonMapper.builder().build();
        mapper.getFactory().setCharacterEscapes(new MarkupEscapes());
        return mapper;
    }

    private static String chartLibrary() {
        Properties coordinates = new Properties();
        try (InputStream in = open(WEBJAR)) {
            coordinates.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read(
                "META-INF/resources/webjars/chart.js/"
                        + coordinates.getProperty("version")
                        + "/dist/chart.umd.min.js");
    }

    private static String own(String name) {
        return read("dev/flinkreranker/workbench/report/" + name);
    }

    private static String read(String resource) {
        try (InputStream in = open(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = HtmlReport.class.getClassLoader().getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException("the report's part " + resource + " is not packaged");
        }
        return in;
    }

    private static String hash(String text) {
        return "'sha256-" + Base64.getEncoder().encodeToString(Sha256.of(text)) + "'";
    }

    /** JSON whose text can end no script block and start no markup. */
    private static final class MarkupEscapes extends CharacterEscapes {
        @Serial private static final long serialVersionUID = 1L;

        private final int[] ascii = standardAsciiEscapesForJSON();

        MarkupEscapes() {
            for (char c : new char[] {'<', '>', '&'}) {
                ascii[c] = ESCAPE_STANDARD;
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return null;
        }
    }
}
