package dev.flinkreranker.workbench.demo;

import dev.flinkreranker.workbench.stream.StreamTopics;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** Defines the job that the demo runs. */
@FunctionalInterface
interface DemoJob {

    /**
     * The job's graph.
     *
     * @param topics where it reads and writes
     * @param directory for its files; removed at the end
     */
    StreamGraph graph(StreamTopics topics, Path directory) throws IOException;
}
