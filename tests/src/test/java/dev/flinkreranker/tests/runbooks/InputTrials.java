package dev.flinkreranker.tests.runbooks;

import static dev.flinkreranker.tests.support.Json.json;
import static org.apache.kafka.common.IsolationLevel.READ_COMMITTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.tests.rig.Eventually;
import java.util.List;
import java.util.stream.Collectors;

/** Somebody sends what the job cannot take. */
final class InputTrials {

    private InputTrials() {}

    /** Requests without a query; they are corrected and sent again, once each. */
    static void failures(Site site) throws Exception {
        TrialJob job = TrialJob.start(site, "failures", site.smallModel("failures"));
        site.repeatUntilFiring(
                "RerankerFailures",
                () -> {
                    job.send(4);
                    job.send(
                            1,
                            number ->
                                    json("{'request_id':'r-%d','documents':['a red car']}")
                                            .formatted(number));
                });
        job.awaitOneAnswerEach();
        List<String> letters = job.letterPlaces();
        assertThat(job.rerank("dead-letters", "list")).contains("MISSING_FIELD");
        assertThat(job.rerank("dead-letters", "show", letters.get(0))).contains("query");

        String corrected = site.rig().file("corrected.jsonl", corrected(letters)).toString();
        assertThat(job.rerank("dead-letters", "redrive", "--with", corrected, "--dry-run"))
                .contains(Integer.toString(letters.size()));
        int results = job.results(READ_COMMITTED).distinct();
        job.rerank("dead-letters", "redrive", "--with", corrected);
        job.rerank("dead-letters", "redrive", "--with", corrected);
        Eventually.holds(
                "corrected requests are answered",
                Site.PATIENCE,
                () -> job.results(READ_COMMITTED).distinct() == results + letters.size());
        assertThat(job.results(READ_COMMITTED).duplicates()).isZero();
    }

    private static String corrected(List<String> letters) {
        return letters.stream()
                .map(
                        place ->
                                json("{'letter':'%s','value':{'request_id':'%s','query':'car',")
                                                .formatted(place, place)
                                        + json("'documents':['a red car']}}"))
                .collect(Collectors.joining("\n"));
    }

    /** A config with layers that the model does not have; the right one is put. */
    static void configsRefused(Site site) throws Exception {
        TrialJob job = TrialJob.start(site, "configs", site.smallModel("configs"));
        job.configure("t", json("{'version': 1, 'cutoff_layers': [4]}"));
        job.configure("t", json("{'version': 2, 'cutoff_layers': [99]}"));
        site.awaitFiring("RerankerConfigsRefused");
        assertThat(job.rerank("tenants", "history", "t")).contains("99");
        job.send(5);
        job.put("cutoff_layers: [5]");
        job.awaitAnswers();
    }
}
