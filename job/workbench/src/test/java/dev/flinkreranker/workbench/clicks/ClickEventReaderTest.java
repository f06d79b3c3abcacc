package dev.flinkreranker.workbench.clicks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.workbench.clicks.ClickEvent.Action;
import dev.flinkreranker.workbench.replay.input.BadLineException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClickEventReaderTest {

    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    private static List<ClickEvent> read(String line) throws BadLineException {
        return new ClickEventReader().read(line.getBytes(UTF_8));
    }

    @Test
    void userBehaviorInsightsAsItsSchemaHasIt() throws BadLineException {
        assertThat(
                        read(
                                """
                                {"action_name": "click", "query_id": "q-1", "client_id": "browser",
                                 "timestamp": "2026-01-31T12:00:00Z", "application": "shop",
                                 "event_attributes": {
                                   "object": {"object_id": "isbn-1", "object_id_field": "isbn"},
                                   "position": {"ordinal": 3}}}
                                """))
                .containsExactly(new ClickEvent("q-1", Action.CLICK, "isbn-1", 3, NOON));
        assertThat(
                        read(
                                """
                                {"action_name": "view", "query_id": "q-1",
                                 "timestamp": "2026-01-31T13:00:00+01:00",
                                 "event_attributes": {"position": {"xy": {"x": 1, "y": 2}}}}
                                """))
                .containsExactly(new ClickEvent("q-1", Action.VIEW, null, null, NOON));
    }

    @ParameterizedTest
    @CsvSource({"view,VIEW", "impression,VIEW", "click,CLICK", "click_through,CLICK"})
    void theActionsThatCount(String name, Action action) throws BadLineException {
        assertThat(
                        read(
                                "{\"action_name\": \"%s\", \"query_id\": 7, \"event_attributes\": {\"object\": {\"object_id\": 8}}}"
                                        .formatted(name)))
                .containsExactly(new ClickEvent("7", action, "8", null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"action_name\": \"page_exit\", \"query_id\": \"q\"}",
                "{\"action_name\": \"add_to_cart\", \"query_id\": \"q\"}",
                "{\"action_name\": \"view\", \"timestamp\": \"2026-01-31T12:00:00Z\"}"
            })
    void whatConcernsNoRequestIsLeftOut(String line) throws BadLineException {
        assertThat(read(line)).isEmpty();
    }

    @Test
    void onePlainLineIsAViewAndPerhapsAClick() throws BadLineException {
        String line = "{\"request_id\": \"r\", \"id\": \"d\", \"position\": 2, \"clicked\": %s}";
        ClickEvent view = new ClickEvent("r", Action.VIEW, "d", 2, null);

        assertThat(read(line.formatted(false))).containsExactly(view);
        assertThat(read(line.formatted(true)))
                .containsExactly(view, new ClickEvent("r", Action.CLICK, "d", 2, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2026-01-31T12:00:00\"",
                "\"2026-01-31 12:00:00.000\"",
                "\"2026-01-31T14:30:00+02:30\"",
                "1769860800000"
            })
    void timesOfEveryKind(String time) throws BadLineException {
        assertThat(
                        read(
                                "{\"request_id\": \"r\", \"id\": \"d\", \"clicked\": false, \"timestamp\": %s}"
                                        .formatted(time)))
                .extracting(ClickEvent::time)
                .containsExactly(NOON);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{|not JSON: character 2: the text ends and a } is missing",
                "[1]|an event is a JSON object",
                "null|an event is a JSON object",
                "{\"request_id\": \"r\", \"id\": \"d\"}|neither action_name nor request_id",
                "{\"request_id\": \"r\", \"id\": \"d\", \"clicked\": \"yes\"}|neither action_name",
                "{\"request_id\": \"r\", \"id\": 1.5, \"clicked\": true}|id must be a string or an"
                        + " integer, but is 1.5",
                "{\"request_id\": \"r\", \"id\": 1, \"clicked\": true, \"position\": 0}|position must"
                        + " be an integer of 1 and up, but is 0",
                "{\"request_id\": \"r\", \"id\": 1, \"clicked\": true, \"timestamp\": \"noon\"}|"
                        + "timestamp \"noon\" is neither ISO 8601",
                "{\"action_name\": \"click\", \"query_id\": \"q\"}|names no"
                        + " event_attributes.object.object_id"
            })
    void whatIsWrongIsSaid(String line, String reason) {
        assertThatThrownBy(() -> read(line))
                .isInstanceOf(BadLineException.class)
                .hasMessageContaining(reason);
    }
}
