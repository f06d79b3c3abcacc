package dev.flinkreranker.tests.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.rpc.RpcService;
import org.apache.flink.runtime.rpc.RpcSystem;
import org.junit.jupiter.api.Test;

class SharedRpcSystemLoaderTest {

    @Test
    void aClusterThatEndsLeavesTheOthersWorking() throws Exception {
        RpcService first;
        try (RpcSystem ended = RpcSystem.load()) {
            first = ended.localServiceBuilder(new Configuration()).createAndStart();
            first.closeAsync().get(1, TimeUnit.MINUTES);
        }

        RpcService second =
                RpcSystem.load().localServiceBuilder(new Configuration()).createAndStart();
        try {
            assertThat(second.getClass()).isSameAs(first.getClass());
        } finally {
            second.closeAsync().get(1, TimeUnit.MINUTES);
        }
    }
}
