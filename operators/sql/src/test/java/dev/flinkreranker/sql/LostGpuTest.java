package dev.flinkreranker.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.runtime.engine.ModelOpener;
import dev.flinkreranker.runtime.engine.RerankEngine;
import dev.flinkreranker.runtime.fault.DeadContextException;
import dev.flinkreranker.runtime.model.PairScorer;
import dev.flinkreranker.tests.support.ProcessRun;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.flink.table.functions.FunctionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A GPU that is lost ends the process in SQL, too, whenever that is found. */
class LostGpuTest {

    /** The status of a process whose GPU is lost. */
    private static final int LOST = 86;

    enum Found {
        BY_LOADING,
        BY_SCORING
    }

    @ParameterizedTest
    @EnumSource
    void endsTheProcess(Found found) throws Exception {
        ProcessRun run = ProcessRun.of(Task.class, found.name());

        assertThat(run.status()).as(run.output()).isEqualTo(LOST);
    }

    /** The other process. */
    static final class Task {
        public static void main(String[] arguments) throws Exception {
            SqlSettings settings =
                    SettingsReader.read(
                            Map.of("model", SqlFixture.MODEL.toString(), "dtype", "float32"));
            ModelOpener opener =
                    Found.valueOf(arguments[0]) == Found.BY_LOADING ? lost() : losing();
            // An engine keeps the opener that it was started with.
            RerankEngine.acquire(settings.engine(), opener);
            RowScorer.open(settings, new FunctionContext(null))
                    .score(limits -> RowTexts.pair("a query", "a passage"))
                    .join();
        }

        private static ModelOpener lost() {
            return model -> {
                throw failure();
            };
        }

        /** Of the real model all but scores. */
        private static ModelOpener losing() {
            return model -> {
                PairScorer real = ModelOpener.checkpoints().open(model);
                return (PairScorer)
                        Proxy.newProxyInstance(
                                Task.class.getClassLoader(),
                                new Class<?>[] {PairScorer.class},
                                (proxy, method, values) -> {
                                    if (method.getName().equals("score")) {
                                        throw failure();
                                    }
                                    try {
                                        return method.invoke(real, values);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
            };
        }

        private static DeadContextException failure() {
            return new DeadContextException("cuda:0: CUDA error: unspecified launch failure", null);
        }
    }
}
