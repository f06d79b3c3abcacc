package dev.flinkreranker.operators.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;

class CurrentLimitsTest {

    @Test
    void withoutAFirstAnswerTheTaskFails() {
        assertThatThrownBy(
                        () ->
                                CurrentLimits.ask(
                                        () -> {
                                            throw new IOException("nobody");
                                        },
                                        Duration.ZERO))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anAnswerIsGoodForTheInterval() throws Exception {
        int[] asked = {0};
        CurrentLimits<Integer> limits = CurrentLimits.ask(() -> ++asked[0], Duration.ofDays(1));

        limits.refresh();

        assertThat(limits.get()).isEqualTo(1);
        assertThat(asked[0]).isEqualTo(1);
    }

    /** A question waits for its answer here, and while one does no other is asked. */
    @Test
    void theLastAnswerCountsUntilTheNext() throws Exception {
        SynchronousQueue<String> answers = new SynchronousQueue<>();
        Thread first = new Thread(() -> put(answers, "first"));
        first.start();
        CurrentLimits<String> limits = CurrentLimits.ask(() -> answer(answers), Duration.ZERO);

        limits.refresh();
        limits.refresh();
        assertThat(limits.get()).isEqualTo("first");
        answers.put("none");
        while (limits.isAsking()) {
            Thread.onSpinWait();
        }
        assertThat(limits.get()).isEqualTo("first");

        limits.refresh();
        answers.put("second");
        while (limits.isAsking()) {
            Thread.onSpinWait();
        }
        assertThat(limits.get()).isEqualTo("second");
    }

    private static String answer(SynchronousQueue<String> answers) throws Exception {
        String answer = answers.take();
        if (answer.equals("none")) {
            throw new IOException("nobody");
        }
        return answer;
    }

    private static void put(SynchronousQueue<String> answers, String answer) {
        try {
            answers.put(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
