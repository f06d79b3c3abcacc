package dev.flinkreranker.operators.rerank;

import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.RuntimeContext;

/** The devices that Flink gives a task: the GPUs of its external resource, or else the CPU. */
@Internal
public final class TaskDevice {

    /** The external resource's name in Flink's configuration. */
    public static final String RESOURCE = "gpu";

    /** What Flink's driver for GPUs calls the number of one. */
    private static final String INDEX = "index";

    private TaskDevice() {}

    /** Their names, as a model's {@code device} takes them. */
    static String of(RuntimeContext task) {
        return of(task.getExternalResourceInfos(RESOURCE));
    }

    /** The same of what Flink says of its external resource {@link #RESOURCE}. */
    public static String of(Set<ExternalResourceInfo> gpus) {
        return gpus.stream()
                .flatMap(gpu -> gpu.getProperty(INDEX).stream())
                .map(index -> "cuda:" + index)
                .sorted()
                .reduce((some, next) -> some + "," + next)
                .orElse("cpu");
    }
}
