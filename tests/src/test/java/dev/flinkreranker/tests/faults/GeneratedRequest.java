package dev.flinkreranker.tests.faults;

import dev.flinkreranker.tests.support.Json;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A request, made from a seed and a number: the same in every run.
 *
 * @param id its request id and its record key
 * @param json the event; one in {@value #BROKEN_ONE_IN} is cut short and becomes a dead letter
 */
record GeneratedRequest(String id, String json) {

    /** How rare a broken event is. */
    static final int BROKEN_ONE_IN = 100;

    private static final String[] WORDS =
            ("protein cell gene mouse patient virus risk blood tissue drug trial growth factor"
                            + " receptor acid bone heart brain liver tumor immune vaccine diet age")
                    .split(" ");

    /** The request of a number. */
    static GeneratedRequest of(long seed, int number) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
        String id = "r%08d".formatted(number);
        String documents =
                IntStream.rangeClosed(0, random.nextInt(2))
                        .mapToObj(i -> "\"" + text(random, 3 + random.nextInt(4)) + "\"")
                        .collect(Collectors.joining(", "));
        String json =
                Json.json("{'request_id': '%s', 'tenant': 't%d', 'query': '%s', 'documents': [%s]}")
                        .formatted(id, random.nextInt(3), text(random, 3), documents);
        boolean broken = random.nextInt(BROKEN_ONE_IN) == 0;
        return new GeneratedRequest(id, broken ? json.substring(0, json.length() / 2) : json);
    }

    private static String text(SplittableRandom random, int words) {
        return random.ints(words, 0, WORDS.length)
                .mapToObj(i -> WORDS[i])
                .collect(Collectors.joining(" "));
    }
}
