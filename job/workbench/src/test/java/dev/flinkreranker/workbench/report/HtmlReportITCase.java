package dev.flinkreranker.workbench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The report in a real browser. Installs nothing: without a Chromium it is skipped. */
class HtmlReportITCase {
    private static final List<String> CHROMIUM =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

    @TempDir static Path directory;

    private static Playwright playwright;
    private static Browser browser;

    private final List<String> complaints = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private BrowserContext context;

    @BeforeAll
    static void start() throws IOException {
        List<Path> found =
                Stream.concat(Stream.ofNullable(System.getenv("CHROMIUM")), CHROMIUM.stream())
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .toList();
        assumeThat(found)
                .as(
                        "no Chromium found (tried $CHROMIUM and %s): apt-get install chromium",
                        CHROMIUM)
                .isNotEmpty();
        HtmlReport.write(SampleReport.labelled(), directory.resolve("labelled.html"));
        HtmlReport.write(SampleReport.unlabelled(), directory.resolve("unlabelled.html"));
        HtmlReport.write(SampleReport.tuning(), directory.resolve("tuning.html"));
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(found.get(0))
                                        .setArgs(List.of("--no-sandbox")));
    }

    @AfterAll
    static void stop() {
        if (playwright != null) {
            playwright.close();
        }
    }

    /** A page that stays open takes time from those after it. */
    @AfterEach
    void close() {
        context.close();
    }

    @AfterEach
    void nothingBrokeAndNothingWasFetched() {
        assertThat(complaints).isEmpty();
        assertThat(requests).hasSize(1).first().asString().startsWith("file:");
    }

    @Test
    void hostileTextIsShownAsText() {
        Page page = open("labelled.html", 1280, ColorScheme.LIGHT);

        assertThat(page.evaluate("window.broken")).isNull();
        assertThat(page.locator("#description").textContent()).endsWith(SampleReport.HOSTILE);
        page.locator("#filter").fill("onerror");
        assertThat(page.locator("#queries tbody tr td").nth(1).textContent())
                .isEqualTo(SampleReport.HOSTILE);
        assertThat(page.locator("#problems").textContent()).contains(SampleReport.HOSTILE);
        assertThat(page.locator("img").count()).isZero();
        assertThat(page.evaluate("window.broken")).isNull();
    }

    @Test
    void tablesSortAndFilter() {
        Page page = open("labelled.html", 1280, ColorScheme.LIGHT);
        Locator heading = page.locator("#configurations thead button").nth(1);

        heading.click();
        assertThat(page.locator("#configurations thead th").nth(1).getAttribute("aria-sort"))
                .isEqualTo("descending");
        assertThat(firstConfiguration(page)).startsWith("layer 12");
        heading.press("Enter");
        assertThat(firstConfiguration(page)).startsWith("layer 3");

        // The page hears of a key or a click a little later.
        Locator rows = page.locator("#queries tbody tr");
        page.locator("#filter").fill("Claim 300");
        PlaywrightAssertions.assertThat(rows).hasCount(1);
        page.locator("#filter").fill("");
        PlaywrightAssertions.assertThat(rows).hasCount(50);
        page.locator("#queries-more").click();
        PlaywrightAssertions.assertThat(rows).hasCount(250);
    }

    @Test
    void showsTheDecisionFirst() {
        Page page = open("labelled.html", 1280, ColorScheme.LIGHT);

        assertThat(page.locator("main > section").first().getAttribute("id")).isEqualTo("decision");
        assertThat(page.locator("#decision-text").textContent())
                .startsWith("Take layer 9")
                .contains("-0.0061 to 0.0142", "75 % of its operations");
        // 12.3 and 16.4 seconds for 300 queries, at 20 of them a second.
        assertThat(page.locator("#saving-text").textContent())
                .isEqualTo(
                        "At 20 requests a second, the log's rate, layer 9 keeps 0.82 devices such"
                                + " as this one busy, in place of 1.1: 6.6 device hours a day"
                                + " less.");
        page.locator("#rate").fill("200");
        assertThat(page.locator("#saving-text").textContent())
                .contains(
                        "At 200 requests a second, layer 9 keeps 8.2 devices",
                        "in place of 10.9: 65.6 device hours");
        assertThat(page.locator("#verdict").textContent()).contains("0.7310", "+0.0520");
        assertThat(page.locator("#curve").getAttribute("aria-label"))
                .contains("nDCG@10", "layer 12 0.7310");
    }

    @Test
    void theLargestLossesOpenWithBothRankingsAndFollowTheChoice() {
        Page page = open("labelled.html", 1280, ColorScheme.LIGHT);
        Locator losses = page.locator("#movers details");

        hasCount(losses, 10);
        areTexts(page.locator("#movers h3"), "layer 12", "layer 9"); // what the decision gives up
        hasCount(losses.first().locator("li"), 20);
        assertThat(change(losses, 0)).isNegative().isLessThanOrEqualTo(change(losses, 1));
        losses.nth(1).locator("summary").focus();
        page.keyboard().press("Enter");
        hasCount(losses.nth(1).locator("li"), 20);
        page.locator("#movers-more").press("Enter");
        hasCount(losses, 20);
        page.locator("#right").selectOption("1");
        areTexts(page.locator("#movers h3"), "layer 12", "layer 3");
        assertThat(page.locator("#queries thead th").nth(3).textContent()).isEqualTo("layer 3");
    }

    @Test
    void withoutLabelsItShowsAgreementInPlaceOfQuality() {
        Page page = open("unlabelled.html", 1280, ColorScheme.LIGHT);

        assertThat(page.locator("#curve-title").textContent()).isEqualTo("Agreement against cost");
        assertThat(page.locator("#verdict").textContent()).contains("no labels given");
        assertThat(page.locator("#decision-text").textContent()).contains("--qrels");
        assertThat(page.locator("#saving").isVisible()).isFalse();
        assertThat(page.locator("#measure-field").isVisible()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void aTuningShowsItsFrontierAndHoldsTheSameRules(ColorScheme scheme) {
        Page page = open("tuning.html", 1280, scheme);

        assertThat(page.locator("#decision-text").textContent()).startsWith("Take 30 > layer 6");
        assertThat(page.locator("#config").textContent()).contains("by: first_stage");
        assertThat(page.locator("#verdict").textContent()).contains("21.0 %", "−0.0100", "2,700");
        assertThat(page.locator("#curve").getAttribute("aria-label"))
                .contains("10 > layer 6 0.6900");
        hasCount(page.locator("#frontier tbody tr"), 5);
        hasCount(page.locator("#held-out tbody tr"), 3);
        hasCount(page.locator("#reliable tbody tr"), 2);
        assertThat(page.locator("#reliability").getAttribute("aria-label"))
                .contains("0.41 for 0.44");
        assertThat(page.locator("#nothing-relevant").textContent())
                .contains("25 of 300 queries", "88.0 %", "70.0 % to 95.8 %");
        assertThat(page.evaluate("window.broken")).isNull();
        assertNoViolations(page);
        screenshot(page, "tuning-" + scheme);
        page.setViewportSize(375, 800);
        // The chart follows when it is told.
        page.waitForFunction("document.documentElement.scrollWidth <= 375");
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void isReadableOnAPhone(ColorScheme scheme) {
        Page page = open("labelled.html", 375, scheme);

        assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(375);
        assertThat(page.evaluate("document.documentElement.dataset.theme"))
                .isEqualTo(scheme.name().toLowerCase());
        screenshot(page, "phone-" + scheme);
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void holdsTheAccessibilityRules(ColorScheme scheme) {
        Page page = open("labelled.html", 1280, scheme);

        assertNoViolations(page);
        page.keyboard().press("Tab");
        assertThat(page.evaluate("document.activeElement.className")).isEqualTo("skip");
        screenshot(page, "desktop-" + scheme);
    }

    /** On paper everything is there but what only a screen can do. */
    @Test
    void printsWell() throws IOException {
        Page page = open("labelled.html", 1280, ColorScheme.DARK);
        Path paper = Path.of("target", "report-screenshots", "print.pdf");

        page.pdf(new Page.PdfOptions().setPath(paper).setFormat("A4").setPrintBackground(true));

        assertThat(Files.readString(paper, StandardCharsets.ISO_8859_1)).startsWith("%PDF");
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        assertThat(page.locator(".controls").isVisible()).isFalse();
        assertThat(page.locator("#decision-text").isVisible()).isTrue();
        PlaywrightAssertions.assertThat(page.locator("#movers details[open] li").first())
                .isVisible();
    }

    private static void assertNoViolations(Page page) {
        assertThat(new AxeBuilder(page).analyze().getViolations())
                .extracting(rule -> rule.getId() + ": " + rule.getNodes())
                .isEmpty();
    }

    /** Waits for it, as all of these do: a details element tells later that it was opened. */
    private static void hasCount(Locator locator, int count) {
        PlaywrightAssertions.assertThat(locator).hasCount(count);
    }

    private static void areTexts(Locator locator, String... texts) {
        PlaywrightAssertions.assertThat(locator).hasText(texts);
    }

    private static double change(Locator losses, int place) {
        return Double.parseDouble(
                losses.nth(place).locator(".change").textContent().replace("−", "-"));
    }

    private Page open(String file, int width, ColorScheme scheme) {
        context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setOffline(true)
                                .setViewportSize(width, 800)
                                .setColorScheme(scheme));
        Page page = context.newPage();
        page.onConsoleMessage(
                message -> {
                    if (!message.type().equals("log")) {
                        complaints.add(message.text());
                    }
                });
        page.onPageError(complaints::add);
        page.onRequest(request -> requests.add(request.url()));
        page.navigate(directory.resolve(file).toUri().toString());
        return page;
    }

    /** Kept beside the test's report, for people to look at. */
    private static void screenshot(Page page, String name) {
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setFullPage(true)
                        .setPath(Path.of("target", "report-screenshots", name + ".png")));
    }

    private static String firstConfiguration(Page page) {
        return page.locator("#configurations tbody th").first().textContent();
    }
}
