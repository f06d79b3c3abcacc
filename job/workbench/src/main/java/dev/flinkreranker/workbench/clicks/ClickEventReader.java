package dev.flinkreranker.workbench.clicks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.flinkreranker.runtime.json.JsonFault;
import dev.flinkreranker.workbench.clicks.ClickEvent.Action;
import dev.flinkreranker.workbench.replay.input.BadLineException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads events of two kinds, told apart by {@code action_name}:
 *
 * <ul>
 *   <li>User Behavior Insights (the event schema of UBI 1.0 to 1.3): {@code view} or {@code
 *       impression}, {@code click} or {@code click_through}, of {@code query_id}, the request's id.
 *       The document is {@code event_attributes.object.object_id}, its place {@code
 *       event_attributes.position.ordinal}. Other actions, and events without {@code query_id},
 *       concern no request.
 *   <li>{@code {"request_id": …, "id": …, "position": …, "clicked": …}}: a view, and a click too
 *       where {@code clicked} is true. {@code position} may be left out, and a {@code timestamp}
 *       may stand beside it.
 * </ul>
 *
 * <p>A time is ISO 8601, in UTC unless it names an offset, or milliseconds since 1970.
 */
final class ClickEventReader {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Set<String> VIEWS = Set.of("view", "impression");
    private static final Set<String> CLICKS = Set.of("click", "click_through");

    /** Ids come in many events; each is kept once. */
    private final Map<String, String> ids = new HashMap<>();

    /**
     * Reads a line.
     *
     * @return the events that concern a request: none, one, or a view and a click
     * @throws BadLineException saying what is wrong with it
     */
    List<ClickEvent> read(byte[] line) throws BadLineException {
        JsonNode event;
        try {
            event = MAPPER.readTree(line);
        } catch (IOException e) {
            throw new BadLineException("not JSON: " + JsonFault.of(e).inLine());
        }
        if (!event.isObject()) {
            throw new BadLineException("an event is a JSON object");
        }
        return event.has("action_name") ? behavior(event) : plain(event);
    }

    private List<ClickEvent> behavior(JsonNode event) throws BadLineException {
        String action = event.get("action_name").asText();
        boolean click = CLICKS.contains(action);
        if (!click && !VIEWS.contains(action) || !event.hasNonNull("query_id")) {
            return List.of();
        }
        JsonNode attributes = event.path("event_attributes");
        String document = id(attributes.path("object").get("object_id"), "object_id");
        if (click && document == null) {
            throw new BadLineException("a click names no event_attributes.object.object_id");
        }
        return List.of(
                new ClickEvent(
                        id(event.get("query_id"), "query_id"),
                        click ? Action.CLICK : Action.VIEW,
                        document,
                        position(attributes.path("position").get("ordinal"), "position.ordinal"),
                        time(event.get("timestamp"))));
    }

    private List<ClickEvent> plain(JsonNode event) throws BadLineException {
        String request = id(event.get("request_id"), "request_id");
        String document = id(event.get("id"), "id");
        JsonNode clicked = event.get("clicked");
        if (request == null || document == null || clicked == null || !clicked.isBoolean()) {
            throw new BadLineException(
                    "not an event: it has neither action_name nor request_id, id and clicked (true"
                            + " or false)");
        }
        Integer position = position(event.get("position"), "position");
        Instant time = time(event.get("timestamp"));
        ClickEvent view = new ClickEvent(request, Action.VIEW, document, position, time);
        return clicked.booleanValue()
                ? List.of(view, new ClickEvent(request, Action.CLICK, document, position, time))
                : List.of(view);
    }

    /** An id as text; null when there is none. */
    private @Nullable String id(@Nullable JsonNode id, String name) throws BadLineException {
        if (id == null || id.isNull()) {
            return null;
        }
        if (!id.isTextual() && !id.isIntegralNumber()) {
            throw new BadLineException(name + " must be a string or an integer, but is " + id);
        }
        return ids.computeIfAbsent(id.asText(), same -> same);
    }

    private static @Nullable Integer position(@Nullable JsonNode position, String name)
            throws BadLineException {
        if (position == null || position.isNull()) {
            return null;
        }
        if (!position.isIntegralNumber()
                || !position.canConvertToInt()
                || position.intValue() < 1) {
            throw new BadLineException(
                    name + " must be an integer of 1 and up, but is " + position);
        }
        return position.intValue();
    }

    private static @Nullable Instant time(@Nullable JsonNode time) throws BadLineException {
        if (time == null || time.isNull()) {
            return null;
        }
        if (time.isIntegralNumber() && time.canConvertToLong()) {
            return Instant.ofEpochMilli(time.longValue());
        }
        try {
            TemporalAccessor read =
                    DateTimeFormatter.ISO_DATE_TIME.parseBest(
                            time.asText().replace(' ', 'T'),
                            OffsetDateTime::from,
                            LocalDateTime::from);
            return read instanceof OffsetDateTime at
                    ? at.toInstant()
                    : ((LocalDateTime) read).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new BadLineException(
                    "timestamp "
                            + time
                            + " is neither ISO 8601, such as 2026-01-31T12:00:00Z, nor milliseconds"
                            + " since 1970");
        }
    }
}
