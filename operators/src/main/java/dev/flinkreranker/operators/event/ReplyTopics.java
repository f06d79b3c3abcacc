package dev.flinkreranker.operators.event;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/** The header by which a request names the topic of its result. */
@Internal
public final class ReplyTopics {

    /** Header: a topic's name, in UTF-8. Of several the last one counts. */
    public static final String HEADER = "reply-to";

    private ReplyTopics() {}

    /** The topic that a record's headers name; null where they name none. */
    public static @Nullable String named(List<RecordHeader> headers) {
        String topic = null;
        for (RecordHeader header : headers) {
            if (header.key().equals(HEADER) && header.value() != null) {
                topic = new String(header.value(), StandardCharsets.UTF_8);
            }
        }
        return topic;
    }
}
