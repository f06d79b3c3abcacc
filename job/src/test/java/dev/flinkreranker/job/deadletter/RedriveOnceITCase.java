package dev.flinkreranker.job.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flinkreranker.job.deadletter.KilledRedrive.Place;
import dev.flinkreranker.operators.deadletter.ReasonCode;
import dev.flinkreranker.operators.event.OutgoingRecord;
import dev.flinkreranker.tests.support.BrokerExtension;
import dev.flinkreranker.tests.support.ShortLivedJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens to a redrive, each letter is with the requests once. */
class RedriveOnceITCase {

    private static final int SEVERAL_TRANSACTIONS = 1_200;
    private static final RedriveListener SILENT = new RedriveListener() {};

    @RegisterExtension static final BrokerExtension BROKER = new BrokerExtension();

    @ParameterizedTest
    @EnumSource
    void killedAndRunAgainEachLetterIsThereOnce(Place place) throws Exception {
        LetterFixture letters = LetterFixture.create(BROKER.get(), "killed-" + place.ordinal());
        List<String> keys = sendMany(letters);
        Process process = start(letters, place);
        try (BufferedReader out = process.inputReader()) {
            List<String> said = new ArrayList<>();
            String line = out.readLine();
            while (line != null && !line.equals(KilledRedrive.HERE)) {
                said.add(line);
                line = out.readLine();
            }
            assertThat(line).as(String.join("\n", said)).isEqualTo(KilledRedrive.HERE);
            // SIGKILL: nothing is closed, flushed or tidied up.
            process.destroyForcibly().waitFor();
        }

        RedrivePlan plan =
                Redrive.run(letters.config(), LetterFixture.TRANSIENT, Corrections.NONE, SILENT);

        assertThat(plan.alreadySent()).isEqualTo(500);
        assertThat(plan.letters()).hasSize(SEVERAL_TRANSACTIONS - 500);
        letters.assertOnce(keys.toArray(String[]::new));
    }

    @Test
    void ofTwoAtOnceTheLaterGoesOnWhereTheEarlierWas() throws Exception {
        LetterFixture letters = LetterFixture.create(BROKER.get(), "two");
        List<String> keys = sendMany(letters);
        List<RedrivePlan> later = new ArrayList<>();

        assertThatThrownBy(
                        () ->
                                Redrive.run(
                                        letters.config(),
                                        LetterFixture.TRANSIENT,
                                        Corrections.NONE,
                                        new RedriveListener() {
                                            @Override
                                            public void committed(int sent) {
                                                later.add(redrive(letters));
                                            }
                                        }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another redrive of two-letters began")
                .hasMessageContaining("after 500 letters");

        assertThat(later).hasSize(1);
        assertThat(later.get(0).letters()).hasSize(SEVERAL_TRANSACTIONS - 500);
        letters.assertOnce(keys.toArray(String[]::new));
    }

    @Test
    void anOpenTransactionOfTheJobHidesNoMark() throws Exception {
        LetterFixture letters = LetterFixture.create(BROKER.get(), "hidden");
        List<String> keys = sendMany(letters);
        try (KafkaProducer<byte[], byte[]> job =
                letters.producer(Map.of("transactional.id", "hidden:dlq"))) {
            job.initTransactions();
            Redrive.run(
                    letters.config(),
                    LetterFixture.TRANSIENT,
                    Corrections.NONE,
                    new RedriveListener() {
                        private boolean open;

                        @Override
                        public void committed(int sent) {
                            if (!open) {
                                open = true;
                                job.beginTransaction();
                                OutgoingRecord next =
                                        letters.letter(ReasonCode.TIMED_OUT, "next", new byte[1]);
                                job.send(letters.record(next, 0));
                                job.send(letters.record(next, 1));
                                job.flush();
                            }
                        }
                    });

            CompletableFuture<RedrivePlan> second =
                    CompletableFuture.supplyAsync(() -> redrive(letters));
            assertThatThrownBy(() -> second.get(3, TimeUnit.SECONDS))
                    .as("it waits for the marks behind the open transaction")
                    .isInstanceOf(TimeoutException.class);
            job.abortTransaction();

            assertThat(second.get().letters()).isEmpty();
            assertThat(second.get().alreadySent()).isEqualTo(SEVERAL_TRANSACTIONS);
        }
        letters.assertOnce(keys.toArray(String[]::new));
    }

    private static List<String> sendMany(LetterFixture letters) {
        List<String> keys =
                IntStream.range(0, SEVERAL_TRANSACTIONS).mapToObj(i -> "k" + i).toList();
        letters.send(
                keys.stream()
                        .map(key -> letters.letter(ReasonCode.TIMED_OUT, key, key.getBytes(UTF_8)))
                        .toList());
        return keys;
    }

    private static RedrivePlan redrive(LetterFixture letters) {
        try {
            return Redrive.run(letters.config(), LetterFixture.TRANSIENT, Corrections.NONE, SILENT);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Process start(LetterFixture letters, Place place) throws IOException {
        List<String> command = ShortLivedJvm.command();
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.addAll(
                List.of(
                        KilledRedrive.class.getName(),
                        letters.bootstrapServers(),
                        letters.name(),
                        place.name()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
