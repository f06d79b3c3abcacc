package dev.flinkreranker.operators.event;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.annotation.Internal;

/**
 * An event that is set aside in the overflow topic: the event as it is, and one header more at the
 * end, {@value #ORIGIN}, which says where the event came from. It is taken off when the event is
 * read again, so that a result or a dead letter is the same by either way.
 */
@Internal
public final class OverflowRecord {

    /** Header: {@code topic:partition:offset:timestamp:tenant} of the event. */
    public static final String ORIGIN = "rerank.overflow.origin";

    private static final Pattern ORIGIN_OF =
            Pattern.compile(
                    "([A-Za-z0-9._-]+):([0-9]{1,9}):([0-9]{1,18}):(-?[0-9]{1,18}):(.*)",
                    Pattern.DOTALL);

    private OverflowRecord() {}

    /** The record to write. */
    public static OutgoingRecord of(RawEvent event, String tenant) {
        String origin =
                event.topic()
                        + ':'
                        + event.partition()
                        + ':'
                        + event.offset()
                        + ':'
                        + event.timestamp()
                        + ':'
                        + tenant;
        List<RecordHeader> headers = new ArrayList<>(event.headers());
        headers.add(RecordHeader.ofText(ORIGIN, origin));
        return new OutgoingRecord(event.key(), event.value(), headers);
    }

    /** The event of a record that was read. A record that nobody set aside is an event itself. */
    public static RawEvent event(RawEvent read) {
        Matcher origin = origin(read.headers());
        if (!origin.matches()) {
            return read;
        }
        return new RawEvent(
                read.key(),
                read.value(),
                read.headers().subList(0, read.headers().size() - 1),
                origin.group(1),
                Integer.parseInt(origin.group(2)),
                Long.parseLong(origin.group(3)),
                Long.parseLong(origin.group(4)));
    }

    /** Whose request it is; empty text for a record that nobody set aside. */
    public static String tenant(OutgoingRecord record) {
        Matcher origin = origin(record.headers());
        return origin.matches() ? origin.group(5) : "";
    }

    private static Matcher origin(List<RecordHeader> headers) {
        RecordHeader last = headers.isEmpty() ? null : headers.get(headers.size() - 1);
        boolean found = last != null && last.key().equals(ORIGIN) && last.value() != null;
        return ORIGIN_OF.matcher(found ? new String(last.value(), StandardCharsets.UTF_8) : "");
    }
}
