package dev.flinkreranker.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobTimeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wait for model -> rerank -> route -> overflow: Committer (1/1)#0",
                "Source Data Fetcher for Source: requests -> parse and resolve (1/2)#10",
                "kafka-producer-network-thread | producer-bench-fairness:overflow-0-1",
                "kafka-producer-network-thread | producer-4",
                "AsyncOperations-thread-1",
                "reranker-device-cpu",
                "flink-pekko.actor.default-dispatcher-5"
            })
    void theJobsThreadsAreKnownByTheirNames(String thread) {
        assertThat(JobTime.isOwn(thread)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "main",
                "kafka-producer-network-thread | sender",
                "data-plane-kafka-request-handler-0",
                "kafka-1-raft-io-thread",
                "JFR Recorder Thread"
            })
    void thoseOfSenderAndBrokerAreNot(String thread) {
        assertThat(JobTime.isOwn(thread)).isFalse();
    }

    @Test
    void aThreadThatHasBegunCountsWhollyAndOneThatHasEndedNotAtAll() {
        JobTime then = new JobTime(Map.of(1L, 100L, 2L, 70L));
        JobTime now = new JobTime(Map.of(1L, 130L, 3L, 8L));

        assertThat(now.since(then)).isEqualTo(38);
    }
}
