package dev.flinkreranker.tests.upgrade;

import dev.flinkreranker.operators.ResolvedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.EnumTypeInfo;
import org.apache.flink.api.java.typeutils.ListTypeInfo;
import org.apache.flink.api.java.typeutils.PojoField;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;

/**
 * What the state of a savepoint is found by and read with, as lines of text: the uids of operators,
 * and the fields of a request under way, which the rerank operator's state holds.
 */
final class StateContract {

    private StateContract() {}

    /** Of the job as it is now, sorted. */
    static List<String> now() {
        TreeSet<String> lines = new TreeSet<>();
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        UpgradeJob.build(env, "127.0.0.1:9", 2, 10, Duration.ofSeconds(1), "");
        env.getStreamGraph().getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .filter(Objects::nonNull)
                .forEach(uid -> lines.add("uid " + uid));
        flatten("request", TypeInformation.of(ResolvedRequest.class), lines);
        return List.copyOf(lines);
    }

    private static void flatten(String path, TypeInformation<?> type, TreeSet<String> lines) {
        if (type instanceof PojoTypeInfo<?> pojo) {
            for (int i = 0; i < pojo.getArity(); i++) {
                PojoField field = pojo.getPojoFieldAt(i);
                flatten(path + "." + field.getField().getName(), field.getTypeInformation(), lines);
            }
        } else if (type instanceof ListTypeInfo<?> list) {
            flatten(path + "[]", list.getElementTypeInfo(), lines);
        } else if (type instanceof EnumTypeInfo<?>) {
            for (Object constant : type.getTypeClass().getEnumConstants()) {
                lines.add("%s: may be %s".formatted(path, constant));
            }
        } else {
            lines.add("%s: %s".formatted(path, type));
        }
    }

    /**
     * What of an earlier contract the present one breaks, one line each with what to do. To add is
     * never a breach.
     */
    static List<String> breaches(String version, List<String> then, List<String> now) {
        List<String> breaches = new ArrayList<>();
        for (String line : then) {
            if (now.contains(line)) {
                continue;
            }
            breaches.add(
                    line.startsWith("uid ")
                            ? ("\"%s\" of %s is gone: Flink would find no operator for its state and"
                                            + " refuse every savepoint; give the operator its uid back")
                                    .formatted(line, version)
                            : ("\"%s\" of %s is gone or of another type: requests under way would lose"
                                            + " it or could not be read; keep it, and put what is new"
                                            + " into a new field that may be null")
                                    .formatted(line, version));
        }
        return breaches;
    }
}
