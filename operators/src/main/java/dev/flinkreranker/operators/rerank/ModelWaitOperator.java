package dev.flinkreranker.operators.rerank;

import dev.flinkreranker.operators.metrics.RerankMetrics;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.RerankSettings;
import dev.flinkreranker.operators.tenant.Resolved;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.engine.RerankEngine;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamElementSerializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps requests whose model is being loaded, in its state, so that they take no place of the
 * rerank operator's window and the requests of other models go on. They follow in their order when
 * the model is there, or when it is known that it cannot be loaded.
 *
 * <p>A request with a deadline goes on when that is over, and before it with what is left of its
 * time. What comes when {@value #MOST_BYTES} bytes of requests are kept goes on at once.
 */
final class ModelWaitOperator<R extends Resolved> extends AbstractStreamOperator<R>
        implements OneInputStreamOperator<R, R>, BoundedOneInput {

    /** Requests that wait for their model, now. */
    static final String WAITING = "requestsWaitingForModel";

    static final long MOST_BYTES = 64L << 20;

    private static final long NEVER = Long.MAX_VALUE;

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ModelWaitOperator.class);

    private ModelCatalog catalog;
    private final EngineFactory engines;
    private final MailboxExecutor mailbox;
    private final @Nullable Duration timeout;
    private final long mostBytes;

    /** By the models that they need. */
    private final Map<List<ModelReference>, Set<Waiting<R>>> kept = new HashMap<>();

    private transient RerankEngine engine;
    private transient ListState<StreamElement> state;
    private long bytes;
    private int requests;

    /** The last watermark that came behind what is kept. */
    private transient @Nullable Watermark behind;

    /** A request that is kept, and only equal to itself. */
    private static final class Waiting<R> {

        private final StreamRecord<R> record;

        /** When its time is over, by the operator's clock; far away where it has for ever. */
        private final long dueMs;

        private Waiting(StreamRecord<R> record, long dueMs) {
            this.record = record;
            this.dueMs = dueMs;
        }
    }

    ModelWaitOperator(
            StreamOperatorParameters<R> parameters,
            ModelCatalog catalog,
            EngineFactory engines,
            MailboxExecutor mailbox,
            @Nullable Duration timeout,
            long mostBytes) {
        super(parameters);
        this.catalog = catalog;
        this.engines = engines;
        this.mailbox = mailbox;
        this.timeout = timeout;
        this.mostBytes = mostBytes;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        state =
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "waiting-for-model",
                                        new StreamElementSerializer<>(
                                                getOperatorConfig()
                                                        .<R>getTypeSerializerIn(
                                                                0, getUserCodeClassloader()))));
    }

    @Override
    public void open() throws Exception {
        super.open();
        catalog = catalog.on(TaskDevice.of(getRuntimeContext()));
        engine = engines.open();
        getMetricGroup()
                .addGroup(RerankMetrics.GROUP)
                .<Integer, Gauge<Integer>>gauge(WAITING, () -> requests);
        for (StreamElement element : state.get()) {
            processElement(element.<R>asRecord());
        }
    }

    @Override
    public void processElement(StreamRecord<R> record) {
        List<ModelReference> models = models(record.getValue());
        CompletableFuture<Void> loading =
                CompletableFuture.allOf(
                        models.stream().map(engine::load).toArray(CompletableFuture[]::new));
        long size = size(record);
        if (loading.isDone() || bytes + size > mostBytes) {
            output.collect(record);
            return;
        }
        Waiting<R> waiting = new Waiting<>(record, dueMs(record));
        Set<Waiting<R>> queue = kept.get(models);
        if (queue == null) {
            queue = new LinkedHashSet<>();
            kept.put(models, queue);
            loading.whenComplete((loaded, failure) -> next(models));
        }
        queue.add(waiting);
        if (waiting.dueMs < NEVER) {
            getProcessingTimeService().registerTimer(waiting.dueMs, now -> expire(models, waiting));
        }
        bytes += size;
        requests++;
    }

    /** From any thread: lets one request of these models go on, then, in its turn, the next. */
    private void next(List<ModelReference> models) {
        try {
            mailbox.execute(() -> release(models), "release a request of a loaded model");
        } catch (RejectedExecutionException e) {
            LOG.debug(
                    "a model was loaded after the task had ended; the checkpoint has its requests");
        }
    }

    /** A watermark does not pass what is kept: it would be late behind it. */
    @Override
    public void processWatermark(Watermark mark) throws Exception {
        if (kept.isEmpty()) {
            super.processWatermark(mark);
        } else {
            behind = mark;
        }
    }

    private void followed() throws Exception {
        if (kept.isEmpty() && behind != null) {
            super.processWatermark(behind);
            behind = null;
        }
    }

    /** One at a time: a checkpoint, and requests of other models, come in between. */
    private void release(List<ModelReference> models) throws Exception {
        Set<Waiting<R>> queue = kept.get(models);
        if (queue == null) {
            return; // the input has ended meanwhile, or the time of all is over
        }
        Waiting<R> first = queue.iterator().next();
        remove(models, first);
        if (!queue.isEmpty()) {
            next(models);
        }
        emit(first);
        followed();
    }

    /** Lets a request go on whose time is over, so that its tenant's {@code on_timeout} is done. */
    private void expire(List<ModelReference> models, Waiting<R> waiting) throws Exception {
        if (remove(models, waiting)) {
            emit(waiting);
            followed();
        }
    }

    private boolean remove(List<ModelReference> models, Waiting<R> waiting) {
        Set<Waiting<R>> queue = kept.get(models);
        if (queue == null || !queue.remove(waiting)) {
            return false;
        }
        if (queue.isEmpty()) {
            kept.remove(models);
        }
        return true;
    }

    private void emit(Waiting<R> waiting) {
        bytes -= size(waiting.record);
        requests--;
        output.collect(waiting.dueMs == NEVER ? waiting.record : withTimeLeft(waiting));
    }

    @SuppressWarnings("unchecked") // a request is the same kind of element with less time
    private StreamRecord<R> withTimeLeft(Waiting<R> waiting) {
        long left = waiting.dueMs - getProcessingTimeService().getCurrentProcessingTime();
        R request = waiting.record.getValue();
        return waiting.record.copy((R) request.withDeadline(Math.max(1, left)));
    }

    /** What is kept goes on, and waits in the window. */
    @Override
    public void endInput() throws Exception {
        while (!kept.isEmpty()) {
            kept.remove(kept.keySet().iterator().next()).forEach(this::emit);
        }
        followed();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        state.clear();
        for (Set<Waiting<R>> queue : kept.values()) {
            for (Waiting<R> waiting : queue) {
                state.add(waiting.record);
            }
        }
    }

    @Override
    public void close() throws Exception {
        try {
            if (engine != null) {
                engine.close();
            }
        } finally {
            super.close();
        }
    }

    /** Those that the request is scored by and that the job knows. */
    private List<ModelReference> models(R request) {
        Stream<RerankSettings> settings =
                request.interleaving() == null
                        ? Stream.of(request.settings())
                        : Stream.of(request.settings(), request.interleaving().settings());
        return settings.filter(s -> !s.passesThrough())
                .flatMap(s -> s.cascade().stream())
                .map(stage -> catalog.models().get(stage.settings().model()))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private long dueMs(StreamRecord<R> record) {
        Duration time = EngineTask.timeout(record.getValue().settings(), timeout);
        long now = getProcessingTimeService().getCurrentProcessingTime();
        return time == null || time.toMillis() >= NEVER - now ? NEVER : now + time.toMillis();
    }

    private long size(StreamRecord<R> record) {
        return record.getValue().stateBytes();
    }
}
