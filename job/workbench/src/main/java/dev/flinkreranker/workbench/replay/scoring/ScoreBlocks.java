package dev.flinkreranker.workbench.replay.scoring;

import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.workbench.replay.input.BadLineException;
import dev.flinkreranker.workbench.replay.input.InputProblem;
import dev.flinkreranker.workbench.replay.input.LineReader;
import dev.flinkreranker.workbench.replay.input.OnProblem;
import dev.flinkreranker.workbench.replay.input.ReplayRequest;
import dev.flinkreranker.workbench.replay.input.RequestLine;
import dev.flinkreranker.workbench.replay.plan.ReplayPlan;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Turns a block into rows of JSON, one per line of input, in their order. */
final class ScoreBlocks extends RichFlatMapFunction<LineBlock, String> {
    static final String CONSUMED = "consumed";

    @Serial private static final long serialVersionUID = 1L;

    private final String planJson;
    private final ReplayModels models;

    private transient ReplayPlan plan;
    private transient List<SettingsFinder> settings;
    private transient @Nullable SharedScorer scorer;
    private transient LongMaximum consumed;

    ScoreBlocks(ReplayPlan plan, ReplayModels models) {
        this.planJson = plan.toJson();
        this.models = models;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        plan = ReplayPlan.fromJson(planJson);
        settings = plan.configurations().stream().map(SettingsFinder::new).toList();
        scorer = SharedScorer.acquire(planJson, plan, models);
        consumed = new LongMaximum();
        getRuntimeContext().addAccumulator(CONSUMED, consumed);
    }

    @Override
    public void flatMap(LineBlock block, Collector<String> out) throws BadInputException {
        List<ReplayRow> rows = new ArrayList<>();
        List<AskedRequest> good = new ArrayList<>();
        List<Long> goodLines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < block.ends().length; i++) {
            long line = block.firstLine() + i;
            byte[] bytes = Arrays.copyOfRange(block.bytes(), start, block.ends()[i]);
            start = block.ends()[i];
            if (LineReader.isBlank(bytes)) {
                continue;
            }
            try {
                good.add(asked(RequestLine.parse(bytes)));
                goodLines.add(line);
            } catch (BadLineException | RejectedEventException e) {
                rows.add(bad(block, line, e.getMessage()));
            }
        }
        if (!block.fault().isEmpty()) {
            rows.add(bad(block, block.firstLine() + block.ends().length, block.fault()));
        }
        if (!good.isEmpty()) {
            score(block.file(), good, goodLines, rows);
        }
        rows.sort((a, b) -> Long.compare(a.line(), b.line()));
        rows.forEach(row -> out.collect(row.toJson()));
        consumed.add(block.consumed());
    }

    @Override
    public void close() {
        if (scorer != null) {
            scorer.release();
            scorer = null;
        }
    }

    private AskedRequest asked(ReplayRequest logged) throws RejectedEventException {
        ReplayRequest request = plan.ownSettings() ? logged : logged.withoutOverrides();
        List<Resolved> under = new ArrayList<>();
        for (SettingsFinder finder : settings) {
            under.add(finder.find(request.request()));
        }
        return new AskedRequest(request, under);
    }

    private void score(int file, List<AskedRequest> good, List<Long> lines, List<ReplayRow> rows) {
        List<List<ReplayRow.Outcome>> outcomes = scorer.get().score(good);
        for (int i = 0; i < good.size(); i++) {
            ReplayRequest request = good.get(i).request();
            rows.add(
                    new ReplayRow(
                            file,
                            lines.get(i),
                            null,
                            request.id(),
                            request.ids(),
                            request.firstStageScores(),
                            outcomes.get(i),
                            request.encodedIds()));
        }
    }

    private ReplayRow bad(LineBlock block, long line, String reason) throws BadInputException {
        if (plan.onProblem() == OnProblem.STOP) {
            throw new BadInputException(
                    new InputProblem(plan.files().get(block.file()).toString(), line, reason));
        }
        return ReplayRow.problem(block.file(), line, reason);
    }
}
