package dev.flinkreranker.operators.rerank;

import static dev.flinkreranker.operators.rerank.RerankHarness.CATALOG;
import static dev.flinkreranker.operators.rerank.RerankHarness.LIMITS;
import static dev.flinkreranker.operators.rerank.RerankHarness.harness;
import static dev.flinkreranker.operators.rerank.RerankHarness.header;
import static dev.flinkreranker.operators.rerank.RerankHarness.only;
import static dev.flinkreranker.operators.rerank.RerankHarness.request;
import static dev.flinkreranker.operators.rerank.RerankHarness.result;
import static dev.flinkreranker.operators.rerank.RerankHarness.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.operators.ResolvedRequest;
import dev.flinkreranker.operators.deadletter.DeadLetter;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.operators.event.OverflowRecord;
import dev.flinkreranker.operators.event.RawEvent;
import dev.flinkreranker.operators.event.RecordHeader;
import dev.flinkreranker.operators.event.TopicLimits;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.rerank.RerankOutput.Destination;
import dev.flinkreranker.operators.result.InterleavedTeams;
import dev.flinkreranker.operators.result.RankedDocument;
import dev.flinkreranker.operators.result.RankedResult;
import dev.flinkreranker.operators.result.ResultCodec;
import dev.flinkreranker.operators.result.ResultStatus;
import dev.flinkreranker.operators.result.TeamDraft.Team;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The asynchronous operator, alone, with a model whose score is the length of the passage. */
@Timeout(60)
@SuppressWarnings("try") // the harness's close may be interrupted
class RerankFunctionTest {

    private static final RequestLimits SMALL_RECORDS =
            new RequestLimits(null, null, null, null, 10_000);

    @BeforeEach
    void openGate() {
        LengthScorer.reset();
    }

    @AfterEach
    void releaseScorer() {
        LengthScorer.release();
    }

    /** What a request gets that is ranked by two configurations. */
    @Nested
    class Interleaved {

        private static final String WITH_ANOTHER =
                "{'model':'length','interleave':{'name':'new','settings':%s}}";

        @Test
        void bothRankingsTakeTurnsAndOnlyMetaSaysWhose() throws Exception {
            // The longest first, against the first document and then the order of the request.
            RankedResult result =
                    result(
                            run(
                                    LIMITS,
                                    WITH_ANOTHER.formatted("{'max_candidates':1}"),
                                    "a",
                                    "bb",
                                    "ccc"));

            // TeamDraftTest has the coins: for the id "r" B begins, then A.
            assertThat(result.results()).extracting(RankedDocument::index).containsExactly(0, 2, 1);
            assertThat(result.meta().interleaving())
                    .isEqualTo(
                            new InterleavedTeams("new", "length", List.of(Team.B, Team.A, Team.A)));
            assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
            assertThat(result.model()).isEqualTo("length");
            assertThat(result.usage().pairs()).isEqualTo(4);
            // A pair's tokens, and operations, are its characters here: the query has one.
            assertThat(result.usage().tokens()).isEqualTo(2 + 3 + 4 + 2);
            assertThat(result.usage().flops()).isEqualTo(2 + 3 + 4 + 2);
        }

        @Test
        void equalSettingsOfTheModelAreScoredOnce() throws Exception {
            RankedResult result =
                    result(
                            run(
                                    LIMITS,
                                    WITH_ANOTHER.formatted(
                                            "{'fusion':'reciprocal_rank','normalize':true}"),
                                    "a",
                                    "bb",
                                    "ccc"));

            assertThat(result.usage().pairs()).isEqualTo(3);
            assertThat(result.meta().interleaving().teams()).hasSize(3);
            assertThat(result.results().get(0).modelScore()).isBetween(0f, 1f);
        }

        @Test
        void aDocumentLimitIsOfTheWholeResult() throws Exception {
            RankedResult result =
                    result(
                            run(
                                    LIMITS,
                                    "{'model':'length','top_n':1,'interleave':{'name':'new',"
                                            + "'settings':{'max_candidates':1}}}",
                                    "a",
                                    "bb"));

            assertThat(result.results()).hasSize(1);
            assertThat(result.meta().interleaving().teams()).containsExactly(Team.B);
        }

        @Test
        void whereOneSideHasNoRankingThereIsTheTenantsOwn() throws Exception {
            RankedResult result =
                    result(run(LIMITS, WITH_ANOTHER.formatted("{'model':'missing'}"), "a", "bb"));

            assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 0);
            assertThat(result.meta().interleaving()).isNull();
            assertThat(result.usage().pairs()).isEqualTo(2);
        }
    }

    /** What a request gets. */
    @Nested
    class Results {

        @Test
        void ranksAndPassesKeyAndHeadersThrough() throws Exception {
            RerankOutput record = only(run(LIMITS, "{'model':'length'}", "a", "ccc", "bb"));

            assertThat(record.destination()).isEqualTo(Destination.RESULTS);
            assertThat(record.record().key()).containsExactly(7);
            assertThat(record.record().headers())
                    .extracting(RecordHeader::key)
                    .containsExactly("h");
            RankedResult result = ResultCodec.decode(record.record().value());
            assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
            assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 2, 0);
            assertThat(result.meta().configVersion()).isEqualTo(4);
            assertThat(result.usage().pairs()).isEqualTo(3);
        }

        @Test
        void timestampsStay() throws Exception {
            try (RerankHarness harness = harness()) {
                harness.processElement(request("{'model':'length'}", "a"), 1_700_000_000_000L);
                harness.endInput();

                assertThat(harness.extractOutputStreamRecords())
                        .extracting(record -> record.getTimestamp())
                        .containsExactly(1_700_000_000_000L);
            }
        }

        @Test
        void onlyTheFirstCandidatesAreScored() throws Exception {
            RankedResult result =
                    result(run(LIMITS, "{'model':'length','max_candidates':2}", "a", "bb", "cccc"));

            assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 0, 2);
            assertThat(result.usage().pairs()).isEqualTo(2);
        }

        @Test
        void withoutAModelRequestsPassThrough() throws Exception {
            RankedResult result = result(run(LIMITS, "{'model':'none'}", "a", "bb"));

            assertThat(result.status()).isEqualTo(ResultStatus.PASSTHROUGH);
            assertThat(result.results()).extracting(RankedDocument::index).containsExactly(0, 1);
            assertThat(result.usage().pairs()).isZero();
        }

        @Test
        void oneBadDocumentIsLastAndAllBadOnesFailTheRequest() throws Exception {
            RankedResult result =
                    result(run(LIMITS, "{'model':'length'}", LengthScorer.POISON, "b"));
            assertThat(result.status()).isEqualTo(ResultStatus.RANKED);
            assertThat(result.results()).extracting(RankedDocument::index).containsExactly(1, 0);
            assertThat(result.meta().unscored()).isEqualTo(1);

            RerankOutput letter = only(run(LIMITS, "{'model':'length'}", LengthScorer.POISON));
            assertThat(header(letter, DeadLetter.REASON)).isEqualTo("SCORING_FAILED");
            assertThat(header(letter, DeadLetter.MESSAGE))
                    .startsWith("no document could be scored: ");
        }

        /** A result nests its documents deeper than the request does. */
        @Test
        void theDeepestDocumentThatMayBeIsGivenBack() throws Exception {
            int inside = 500 - 3;
            String value =
                    "{\"request_id\":\"r\",\"query\":\"q\",\"documents\":[{\"text\":\"t\",\"x\":%s%s}]}"
                            .formatted("[".repeat(inside), "]".repeat(inside));
            ResolvedRequest request = request("{'model':'none','return_documents':true}", "t");
            try (RerankHarness harness =
                    harness(new RequestLimits(null, null, null, 500, null), null)) {
                harness.processElement(
                        new ResolvedRequest(
                                new RawEvent(
                                        null,
                                        value.getBytes(UTF_8),
                                        List.of(),
                                        "requests",
                                        0,
                                        0,
                                        1),
                                request.settings(),
                                4L,
                                null,
                                null),
                        1);
                harness.endInput();

                RankedResult result = result(harness.extractOutputValues());
                assertThat(result.results().get(0).document().get("x").toString())
                        .hasSize(2 * inside);
            }
        }

        @Test
        void aResultThatNoBrokerWouldTakeIsADeadLetter() throws Exception {
            RerankOutput letter =
                    only(
                            run(
                                    SMALL_RECORDS,
                                    "{'model':'length'}",
                                    Collections.nCopies(500, "a").toArray(String[]::new)));

            assertThat(letter.destination()).isEqualTo(Destination.DEAD_LETTERS);
            assertThat(header(letter, DeadLetter.REASON)).isEqualTo("RESULT_TOO_LARGE");
            assertThat(letter.record().value()).isNotNull();
        }

        @Test
        void aResultWithoutKeyIsADeadLetterWhereItsTopicIsCompacted() throws Exception {
            TopicLimits compacted = new TopicLimits(true, 1_000_000, Long.MAX_VALUE, 1);
            RerankOutput letter = withinTopic(compacted, List.of());

            assertThat(letter.destination()).isEqualTo(Destination.DEAD_LETTERS);
            assertThat(header(letter, DeadLetter.REASON)).isEqualTo("NO_KEY");
            assertThat(letter.record().value()).isNotNull();
        }

        @Test
        void aResultThatItsTopicWouldNotTakeIsADeadLetter() throws Exception {
            RerankOutput letter =
                    withinTopic(
                            new TopicLimits(false, 200, Long.MAX_VALUE, Long.MAX_VALUE), List.of());

            assertThat(header(letter, DeadLetter.REASON)).isEqualTo("RESULT_TOO_LARGE");
            assertThat(header(letter, DeadLetter.MESSAGE))
                    .endsWith("the limit is 200 (max.message.bytes of the topic of results)");
        }

        /** Clients take a record with a failure's code for a dead letter. */
        @Test
        void aResultHasNoHeadersOfAFormerFailure() throws Exception {
            RerankOutput result =
                    withinTopic(
                            TopicLimits.NONE,
                            List.of(
                                    RecordHeader.ofText("trace", "t"),
                                    RecordHeader.ofText(DeadLetter.REASON, "TIMED_OUT"),
                                    RecordHeader.ofText(DeadLetter.MESSAGE, "late"),
                                    RecordHeader.ofText(DeadLetter.SOURCE_OFFSET, "1"),
                                    RecordHeader.ofText(DeadLetter.OMITTED_BYTES, "9")));

            assertThat(result.destination()).isEqualTo(Destination.RESULTS);
            assertThat(result.record().headers())
                    .extracting(RecordHeader::key)
                    .containsExactly("trace");
        }

        private RerankOutput withinTopic(TopicLimits topic, List<RecordHeader> headers)
                throws Exception {
            try (RerankHarness harness = new RerankHarness(LIMITS, CATALOG, null, 0, topic)) {
                harness.open();
                ResolvedRequest request = request("{'model':'length'}", "a");
                RawEvent keyless =
                        new RawEvent(
                                topic.keyed() ? null : request.event().key(),
                                request.event().value(),
                                headers,
                                "requests",
                                0,
                                0,
                                1);
                harness.processElement(
                        new ResolvedRequest(keyless, request.settings(), 4L, null, null), 1);
                harness.endInput();
                return only(harness.extractOutputValues());
            }
        }

        @Test
        void aResultTellsRouteAndRevision() throws Exception {
            ModelCatalog catalog =
                    new ModelCatalog(
                            Map.of(
                                    "length",
                                    new ModelReference(
                                            "length", ComputeType.AUTO, "cpu", "2026-11", null)));
            try (RerankHarness harness = new RerankHarness(LIMITS, catalog, null)) {
                harness.open();
                ResolvedRequest request = request("{'model':'length'}", "a");
                harness.processElement(
                        new ResolvedRequest(
                                request.event(), request.settings(), 4L, "chinese", null),
                        1);
                harness.endInput();
                byte[] value = harness.extractOutputValues().get(0).record().value();
                assertThat(new String(value, UTF_8))
                        .contains(
                                "\"meta\":{\"config_version\":4,\"route\":\"chinese\",\"model_revision\":\"2026-11\",");
            }
        }
    }

    /** Models that are missing, preloaded, or cannot do what is asked of them. */
    @Nested
    class Models {

        @Test
        void aModelThatCannotBeLoadedFailsTheRequestNotTheTask() throws Exception {
            RerankOutput letter = only(run(LIMITS, "{'model':'missing'}", "a"));

            assertThat(letter.destination()).isEqualTo(Destination.DEAD_LETTERS);
            assertThat(header(letter, DeadLetter.REASON)).isEqualTo("SCORING_FAILED");
            assertThat(header(letter, DeadLetter.MESSAGE)).contains("no such model");

            RankedResult result =
                    result(run(LIMITS, "{'model':'missing','on_failure':'passthrough'}", "a"));
            assertThat(result.status()).isEqualTo(ResultStatus.FAILED);
            assertThat(result.meta().message()).contains("no such model");
        }

        @Test
        void anAliasThatTheRestartedJobNoLongerHasFailsTheRequest() throws Exception {
            RerankOutput letter = only(run(LIMITS, "{'model':'lenght'}", "a"));

            assertThat(header(letter, DeadLetter.MESSAGE))
                    .isEqualTo("model \"lenght\" is not in the catalogue; did you mean length?");
        }

        @Test
        void settingsThatTheModelCannotDoFailTheRequest() throws Exception {
            RerankOutput letter = only(run(LIMITS, "{'model':'length','cutoff_layers':[99]}", "a"));

            assertThat(header(letter, DeadLetter.MESSAGE)).contains("layer 99");
        }

        @Test
        void aTaskDoesNotStartWithoutAModelThatIsToBePreloaded() throws Exception {
            ModelCatalog catalog = new ModelCatalog(CATALOG.models(), Set.of("missing"));
            try (RerankHarness harness = new RerankHarness(LIMITS, catalog, null)) {
                assertThatThrownBy(harness::open).rootCause().hasMessageContaining("no such model");
            }
        }

        @Test
        void aPreloadedModelIsThereBeforeTheFirstRequest() throws Exception {
            ModelCatalog catalog = new ModelCatalog(CATALOG.models(), Set.of("length"));
            try (RerankHarness harness = new RerankHarness(LIMITS, catalog, null)) {
                int before = LengthScorer.opened();
                harness.open();
                assertThat(LengthScorer.opened()).isEqualTo(before + 1);
                harness.processElement(request("{'model':'length'}", "a"), 1);
                harness.endInput();
                assertThat(harness.extractOutputValues()).hasSize(1);
                assertThat(LengthScorer.opened()).isEqualTo(before + 1);
            }
        }
    }

    /** Requests that are under way when their time, the device or the task ends. */
    @Nested
    class UnderWay {

        @Test
        void aDeadlineEndsTheRequestWhileTheDeviceIsBusy() throws Exception {
            LengthScorer.hold();
            RankedResult result =
                    result(run(LIMITS, "{'model':'length','deadline_ms':50}", "a", "bb"));
            assertThat(result.status()).isEqualTo(ResultStatus.TIMED_OUT);
            assertThat(result.results()).extracting(RankedDocument::index).containsExactly(0, 1);

            LengthScorer.hold();
            RerankOutput letter =
                    only(
                            run(
                                    LIMITS,
                                    "{'model':'length','deadline_ms':50,'on_timeout':'dead_letter'}",
                                    "a"));
            assertThat(header(letter, DeadLetter.REASON)).isEqualTo("TIMED_OUT");
        }

        @Test
        void theOperatorsOwnTimerPassesTheRequestThrough() throws Exception {
            LengthScorer.hold();
            try (RerankHarness harness = harness(LIMITS, Duration.ofHours(1))) {
                harness.processElement(request("{'model':'length'}", "a", "bb"), 1);
                harness.setProcessingTime(Duration.ofHours(1).toMillis() + 1);
                harness.awaitOutput(1);

                RankedResult result =
                        ResultCodec.decode(harness.extractOutputValues().get(0).record().value());
                assertThat(result.status()).isEqualTo(ResultStatus.TIMED_OUT);
                LengthScorer.release();
            }
        }

        @Test
        void beyondItsLimitATenantIsThrottledWhereItWantsThat() throws Exception {
            LengthScorer.hold();
            String settings = "{'model':'length','max_in_flight':2,'on_overload':'%s'}";
            for (String policy : List.of("passthrough", "dead_letter")) {
                try (RerankHarness harness = harness()) {
                    harness.processElement(request(settings.formatted(policy), "a", "bb"), 1);
                    harness.processElement(request(settings.formatted(policy), "c", "dd"), 2);
                    harness.awaitOutput(1);
                    RerankOutput record = harness.extractOutputValues().get(0);
                    if (policy.equals("passthrough")) {
                        assertThat(ResultCodec.decode(record.record().value()).status())
                                .isEqualTo(ResultStatus.THROTTLED);
                    } else {
                        assertThat(header(record, DeadLetter.REASON)).isEqualTo("THROTTLED");
                        assertThat(header(record, DeadLetter.MESSAGE))
                                .contains("more than 2 pairs");
                    }
                    LengthScorer.release();
                    harness.awaitOutput(2);
                    LengthScorer.hold();
                }
            }
        }

        @Test
        void beyondItsShareATenantsRequestsLeaveAtOnceAsItWants() throws Exception {
            LengthScorer.hold();
            Map<String, Object> expected =
                    Map.of(
                            "overflow", Destination.OVERFLOW,
                            "passthrough", Destination.RESULTS,
                            "dead_letter", Destination.DEAD_LETTERS);
            for (Map.Entry<String, Object> policy : expected.entrySet()) {
                String settings = "{'model':'length','on_overload':'%s'}";
                ResolvedRequest request = request(settings.formatted(policy.getKey()), "a");
                try (RerankHarness harness = new RerankHarness(LIMITS, CATALOG, null, 2)) {
                    harness.open();
                    harness.processElement(request, 1);
                    harness.processElement(request, 2);
                    harness.awaitOutput(1);
                    RerankOutput left = harness.extractOutputValues().get(0);
                    assertThat(left.destination()).isEqualTo(policy.getValue());
                    if (policy.getValue() == Destination.OVERFLOW) {
                        assertThat(left.usage()).isNull();
                        assertThat(OverflowRecord.tenant(left.record())).isEqualTo("t");
                    }
                    LengthScorer.release();
                    harness.awaitOutput(2);
                    // The one before has left, so there is room again.
                    harness.processElement(request, 3);
                    harness.awaitOutput(3);
                    assertThat(harness.extractOutputValues().get(2).destination())
                            .isEqualTo(Destination.RESULTS);
                    LengthScorer.hold();
                }
            }
        }

        @ParameterizedTest
        @CsvSource({"wait, 1000000", "overflow, 0"})
        void beyondItsShareItWaitsWhereItWantsToOrTheRecordWouldBeTooLarge(String policy, int spare)
                throws Exception {
            LengthScorer.hold();
            ResolvedRequest request =
                    request("{'model':'length','on_overload':'%s'}".formatted(policy), "a");
            RawEvent event = request.event();
            long plain = new OutgoingRecord(event.key(), event.value(), event.headers()).size();
            RequestLimits limits =
                    new RequestLimits(1_000_000, 10, 1_000, 10, (int) plain + 20_020 + spare);
            RawEvent padded =
                    new RawEvent(
                            event.key(),
                            event.value(),
                            List.of(new RecordHeader("padding", new byte[20_000])),
                            event.topic(),
                            event.partition(),
                            event.offset(),
                            event.timestamp());
            ResolvedRequest large = new ResolvedRequest(padded, request.settings(), 1L, null, null);
            try (RerankHarness harness = new RerankHarness(limits, CATALOG, null, 1)) {
                harness.open();
                harness.processElement(large, 1);
                harness.processElement(large, 2);
                LengthScorer.release();
                harness.awaitOutput(2);
                assertThat(harness.extractOutputValues())
                        .extracting(RerankOutput::destination)
                        .doesNotContain(Destination.OVERFLOW);
            }
        }

        /** A checkpoint between the device's end and the task's still has the request. */
        @Test
        void aBrokenDeviceFailsTheTaskAndLosesNoRequest() throws Exception {
            LengthScorer.breakDevice();
            OperatorSubtaskState snapshot;
            try (RerankHarness harness = harness()) {
                harness.processElement(request("{'model':'length'}", "a", "bb"), 1);
                TaskMailbox mailbox = harness.getTaskMailbox();
                assertThatThrownBy(() -> mailbox.take(TaskMailbox.MIN_PRIORITY).run())
                        .hasStackTraceContaining("the device broke");

                assertThat(harness.getEnvironment().getActualExternalFailureCause()).isEmpty();
                assertThat(harness.extractOutputValues()).isEmpty();
                snapshot = harness.snapshot(1, 1);
            }

            LengthScorer.reset();
            try (RerankHarness restored = new RerankHarness(LIMITS, CATALOG, null)) {
                restored.initializeState(snapshot);
                restored.open();
                restored.endInput();
                assertThat(result(restored.extractOutputValues()).status())
                        .isEqualTo(ResultStatus.RANKED);
            }
        }

        @Test
        void whatIsUnderWayIsInTheCheckpointAndIsDoneAfterARestart() throws Exception {
            LengthScorer.hold();
            RerankHarness harness = harness();
            harness.processElement(request("{'model':'length'}", "a", "bb"), 5);
            var snapshot = harness.snapshot(1, 1);
            // Closing ends the engine, which ends the request; that must not become an output.
            harness.close();
            assertThat(harness.extractOutputValues()).isEmpty();
            LengthScorer.release();

            try (RerankHarness restored = new RerankHarness(LIMITS, CATALOG, null)) {
                restored.initializeState(snapshot);
                restored.open();
                restored.endInput();

                RankedResult result =
                        ResultCodec.decode(restored.extractOutputValues().get(0).record().value());
                assertThat(result.results())
                        .extracting(RankedDocument::index)
                        .containsExactly(1, 0);
            }
        }
    }
}
