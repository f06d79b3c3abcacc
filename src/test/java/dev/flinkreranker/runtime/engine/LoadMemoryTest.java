package dev.flinkreranker.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LoadMemoryTest {

    @Test
    void whatFitsTogetherIsLoadedTogether() throws Exception {
        LoadMemory memory = new LoadMemory(() -> OptionalLong.of(100));
        memory.take(50);
        memory.take(50);
    }

    @Test
    void whatDoesNotFitBesideAnotherWaitsForIt() throws Exception {
        LoadMemory memory = new LoadMemory(() -> OptionalLong.of(100));
        memory.take(60);
        CompletableFuture<Void> taken = new CompletableFuture<>();
        Thread second =
                new Thread(
                        () -> {
                            try {
                                memory.take(50);
                                taken.complete(null);
                            } catch (InterruptedException e) {
                                taken.completeExceptionally(e);
                            }
                        });
        second.start();
        while (second.getState() != Thread.State.WAITING) {
            assertThat(taken).isNotDone();
            Thread.onSpinWait();
        }
        memory.giveBack(60);
        taken.get();
    }

    /** Its load says what is wrong. */
    @Test
    void aloneNothingWaits() throws Exception {
        LoadMemory memory = new LoadMemory(() -> OptionalLong.of(100));
        memory.take(1000);
        memory.giveBack(1000);
        new LoadMemory(OptionalLong::empty).take(Long.MAX_VALUE / 2);
    }
}
