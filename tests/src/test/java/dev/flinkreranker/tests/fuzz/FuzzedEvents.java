package dev.flinkreranker.tests.fuzz;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Events by seed and number: a good request, spoilt or not, in a record as Kafka may hold it. */
final class FuzzedEvents {

    /** The header by which a result is known again. */
    static final String NUMBER = "number";

    private static final List<String> TENANTS =
            List.of("acme", "acme", "acme", "strict", "quiet", "default", "nobody", "lost");

    /** One in so many goes to the real model and its native tokenizer. */
    private static final int NATIVE_ONE_IN = 50;

    private FuzzedEvents() {}

    /** The event of a number, which is its offset too. */
    static RawEvent of(long seed, long number) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
        List<RecordHeader> headers = new ArrayList<>();
        headers.add(RecordHeader.ofText(NUMBER, Long.toString(number)));
        if (random.nextInt(10) == 0) {
            headers.add(new RecordHeader("", null));
            headers.add(RecordHeader.ofText("rerank.error.code", "\u0000"));
        }
        byte[] key = random.nextInt(10) == 0 ? null : Long.toString(number).getBytes();
        byte[] value = random.nextInt(500) == 0 ? null : value(random);
        return new RawEvent(key, value, headers, "requests", 0, number, random.nextInt(5) - 1);
    }

    /** The value of an event. */
    static byte[] value(SplittableRandom random) {
        ObjectNode request = request(random);
        return random.nextInt(4) == 0
                ? request.toString().getBytes(StandardCharsets.UTF_8)
                : new JsonMutator(random).mutate(request);
    }

    private static ObjectNode request(SplittableRandom random) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("request_id", "r" + random.nextInt(1_000_000));
        String tenant =
                random.nextInt(NATIVE_ONE_IN) == 0
                        ? "native"
                        : TENANTS.get(random.nextInt(TENANTS.size()));
        request.put("tenant", tenant);
        request.put("query", text(random));
        ArrayNode documents = request.putArray("documents");
        for (int i = random.nextInt(5); i >= 0; i--) {
            if (random.nextBoolean()) {
                documents.add(text(random));
            } else {
                ObjectNode document = documents.addObject();
                document.put("id", "d" + i).put("text", text(random)).put("score", i);
                document.putObject("more").put("url", "u");
            }
        }
        if (random.nextInt(4) == 0) {
            request.put("top_n", 1 + random.nextInt(4));
            request.put("return_documents", true);
        }
        if (random.nextInt(8) == 0) {
            request.put("max_length", 8 + random.nextInt(80)).put("normalize", true);
            request.put("min_score", random.nextDouble());
        }
        return request;
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int kind = random.nextInt(12);
            text.append(
                    switch (kind) {
                        case 0 -> "</s>";
                        case 1 -> "[SEP]";
                        case 2 -> "\ud83d\ude80";
                        case 3 -> Character.toString(random.nextInt(0x20, 0xd800));
                        case 4 -> "x".repeat(random.nextInt(120));
                        default -> "vitamin ";
                    });
        }
        return text.toString();
    }
}
