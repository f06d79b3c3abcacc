package dev.flinkreranker.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Test;

class TopicReaderTest {

    /** A broker that makes missing topics would make one that deletes by age. */
    @Test
    void readingATopicDoesNotMakeIt() {
        assertThat(TopicReader.properties(new Properties()))
                .containsEntry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    }
}
