package dev.flinkreranker.tests.faults;

import dev.flinkreranker.tests.support.Json;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A request, made from a seed and a number: the same in every run.
 *
 * @param id its request id and its record key
 * @param json the event
 * @param age how old the event is when it is sent
 */
record GeneratedRequest(String id, String json, Duration age) {

    /** The tenant of three quarters of all requests. */
    private static final String FLOOD = "flood";

    /** How rare a broken event is: it is cut short and becomes a dead letter. */
    private static final int BROKEN_ONE_IN = 100;

    /** How rare an event is that is older than a narrowed results topic takes. */
    private static final int OLD_ONE_IN = 100;

    /** How rare a result is that is larger than the results topic takes: a dead letter. */
    private static final int LARGE_ONE_IN = 500;

    /** How rare a request of two documents is: scoring should not take the whole run. */
    private static final int TWO_DOCUMENTS_ONE_IN = 8;

    /** Largest record that the job may write, in bytes. */
    static final int RECORD_BYTES = 100_000;

    private static final Duration OLD = Duration.ofDays(2);

    private static final String[] WORDS =
            ("protein cell gene mouse patient virus risk blood tissue drug trial growth factor"
                            + " receptor acid bone heart brain liver tumor immune vaccine diet age")
                    .split(" ");

    /** The request of a number, of a tenant that floods the job or of one of some others. */
    static GeneratedRequest of(long seed, int number) {
        SplittableRandom random = random(seed, number);
        String id = "r%08d".formatted(number);
        String json = json(random, id, tenant(random), random.nextInt(LARGE_ONE_IN) == 0);
        boolean broken = random.nextInt(BROKEN_ONE_IN) == 0;
        Duration age = random.nextInt(OLD_ONE_IN) == 0 ? OLD : Duration.ZERO;
        return new GeneratedRequest(id, broken ? json.substring(0, json.length() / 2) : json, age);
    }

    /** The request of a number, of one of three tenants that send little. */
    static GeneratedRequest ofQuietTenant(long seed, int number) {
        String id = "q%08d".formatted(number);
        String json = json(random(~seed, number), id, "quiet-" + number % 3, false);
        return new GeneratedRequest(id, json, Duration.ZERO);
    }

    private static SplittableRandom random(long seed, int number) {
        return new SplittableRandom(seed * 1_000_003 + number);
    }

    private static String tenant(SplittableRandom random) {
        return switch (random.nextInt(20)) {
            case 0 -> LateTenant.ID;
            case 1, 2 -> "t0";
            case 3, 4 -> "t1";
            default -> FLOOD;
        };
    }

    private static String json(SplittableRandom random, String id, String tenant, boolean large) {
        String documents =
                IntStream.rangeClosed(0, random.nextInt(TWO_DOCUMENTS_ONE_IN) == 0 ? 1 : 0)
                        .mapToObj(i -> "\"" + text(random, 3 + random.nextInt(4)) + "\"")
                        .collect(Collectors.joining(", "));
        String ballast =
                large
                        ? Json.json(", {'text': 'gene', 'ballast': '%s'}")
                                .formatted("x".repeat(RECORD_BYTES))
                        : "";
        return Json.json(
                        "{'request_id': '%s', 'tenant': '%s', 'query': '%s', 'documents': [%s%s],"
                                + " 'return_documents': %s}")
                .formatted(id, tenant, text(random, 3), documents, ballast, large);
    }

    private static String text(SplittableRandom random, int words) {
        return random.ints(words, 0, WORDS.length)
                .mapToObj(i -> WORDS[i])
                .collect(Collectors.joining(" "));
    }
}
