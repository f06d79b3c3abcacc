package dev.flinkreranker.operators.usage;

import dev.flinkreranker.operators.event.OutgoingRecord;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Makes usage records of what is counted for each request. */
@Internal
public final class UsageRecords {

    private static final long NO_TIMESTAMP = Long.MIN_VALUE;

    private UsageRecords() {}

    /**
     * Attaches the operators.
     *
     * @param interval how often a tenant's usage is written, at least a millisecond
     * @return records whose key is the tenant and whose value is a {@link UsageRecord}; they have
     *     no timestamp, so that Kafka gives them the time at which they are written. With an older
     *     one the broker's retention could take away what was held up by a long failure.
     */
    public static DataStream<OutgoingRecord> attach(
            DataStream<UsageEntry> usage, Duration interval) {
        return usage.keyBy(UsageEntry::tenant, Types.STRING)
                .process(new UsageFunction(interval), TypeInformation.of(OutgoingRecord.class))
                .name("usage")
                .uid("usage")
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<OutgoingRecord>noWatermarks()
                                .withTimestampAssigner((record, timestamp) -> NO_TIMESTAMP))
                .name("usage without timestamps")
                .uid("usage-timestamps");
    }
}
