package dev.flinkreranker.tests.stream;

import static dev.flinkreranker.tests.support.Json.json;

import java.util.LinkedHashMap;
import java.util.Map;

/** One event for each reason to refuse it, and some for what is nearly one. */
final class BadEvents {

    private BadEvents() {}

    /** Values by reason; of several for one reason the later names end in a number. */
    static Map<String, String> events() {
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("INVALID_JSON", "not json");
        bad.put("INVALID_JSON 2", json("{'request_id':'x'"));
        bad.put("INVALID_JSON 3", json("{'a':") + "[".repeat(5_000));
        bad.put("INVALID_JSON 4", json("{'request_id':'a\u0001b'}"));
        bad.put("INVALID_JSON 5", "");
        bad.put("MISSING_FIELD", request("'documents':['d']"));
        bad.put("INVALID_FIELD", request("'query':5,'documents':['d']"));
        bad.put("INVALID_FIELD 2", request("'query':'q','documents':['d'],'top_n':0"));
        bad.put("NO_DOCUMENTS", request("'query':'q','documents':[]"));
        bad.put(
                "TOO_MANY_DOCUMENTS",
                request("'query':'q','documents':[" + "'d',".repeat(50) + "'d']"));
        bad.put("EVENT_TOO_LARGE", request("'query':'" + "q".repeat(300_000) + "'"));
        bad.put("TEXT_TOO_LONG", request("'query':'" + "q".repeat(60_000) + "','documents':['d']"));
        bad.put(
                "DUPLICATE_ID",
                request("'query':'q','documents':[{'id':'1','text':''},{'id':'1','text':''}]"));
        bad.put("INVALID_TEXT", request("'query':'\\ud83d','documents':['d']"));
        bad.put("UNKNOWN_TENANT", request("'tenant':'nobody','query':'q','documents':['d']"));
        bad.put(
                "OVERRIDE_NOT_ALLOWED",
                request("'tenant':'acme','query':'q','documents':['d'],'model':'other'"));
        bad.put(
                "SCORING_FAILED",
                request(
                        "'tenant':'acme','query':'q','documents':['"
                                + TextHashScorer.POISON
                                + "']"));
        return bad;
    }

    /** The reason of the event of this name. */
    static String reason(String name) {
        return name.split(" ")[0];
    }

    /** A request of tenant acme where the fields do not say otherwise. */
    private static String request(String fields) {
        String tenant = fields.contains("'tenant'") ? "" : "'tenant':'acme',";
        return json("{'request_id':'bad'," + tenant + fields + "}");
    }
}
