package dev.flinkreranker.job.config;

import dev.flinkreranker.operators.config.InvalidConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The checks that the parts of a job's configuration share. */
final class FieldChecks {

    private FieldChecks() {}

    static String required(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new InvalidConfigException(name + " is missing");
        }
        return value;
    }

    static int atLeast(int least, String name, @Nullable Integer value, int fallback) {
        int actual = Objects.requireNonNullElse(value, fallback);
        if (actual < least) {
            throw new InvalidConfigException(
                    name + " must be at least " + least + ", but is " + actual);
        }
        return actual;
    }

    static long atLeast(long least, String name, @Nullable Long value, long fallback) {
        long actual = Objects.requireNonNullElse(value, fallback);
        if (actual < least) {
            throw new InvalidConfigException(
                    name + " must be at least " + least + ", but is " + actual);
        }
        return actual;
    }

    static Duration aboveZero(String name, @Nullable Duration value, Duration fallback) {
        Duration actual = Objects.requireNonNullElse(value, fallback);
        if (actual.isZero()) {
            throw new InvalidConfigException(name + " must be above zero");
        }
        return actual;
    }

    /** Each a topic's name, and none twice. */
    static void topics(String name, List<String> topics) {
        for (int i = 0; i < topics.size(); i++) {
            topic(name + "[" + i + "]", topics.get(i));
            if (topics.indexOf(topics.get(i)) < i) {
                throw new InvalidConfigException(name + " has " + topics.get(i) + " twice");
            }
        }
    }

    static String topic(String name, @Nullable String value) {
        String topic = required(name, value);
        if (!topic.matches("[A-Za-z0-9._-]{1,249}")) {
            throw new InvalidConfigException(
                    name + " must be a Kafka topic's name, but is \"" + topic + "\"");
        }
        return topic;
    }
}
