const configurations = data.configurations;
const labelled = data.measures.length > 0;
const baseline = 0;

const flopsPerQuery = (c) => (c.cost && data.queryCount ? c.cost.flops / data.queryCount : null);
/** The same for all cutoffs of a model; grey is for what costs nothing. */
const seriesOf = (c) => {
  const first = configurations.findIndex((o) => o === c || (c.curve != null && o.curve === c.curve));
  return series(c.cost && first === 0 ? 7 : first);
};

function quality(c, measure) {
  return labelled ? c.means[measure] : c.difference ? c.difference.rankBiasedOverlap : 1;
}

function curve() {
  const measure = Number(byId("measure").value || 0);
  const name = labelled ? data.measures[measure] : "agreement with " + configurations[0].name;
  const points = configurations
    .map((c, index) => ({ c, index, x: flopsPerQuery(c), y: quality(c, measure) }))
    .filter((p) => p.x != null);
  const groups = new Map();
  points.forEach((p) => {
    const key = p.c.curve ?? "\u0000" + p.c.name;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(p);
  });
  const datasets = [...groups.values()].map((group) => {
    group.sort((a, b) => a.x - b.x);
    const hue = color(seriesOf(group[0].c));
    return {
      label: group[0].c.curve ?? group[0].c.name,
      data: group.map((p) => ({ x: p.x, y: p.y })),
      names: group.map((p) => p.c.name),
      sources: group.map((p) => p.c),
      showLine: group.length > 1,
      borderColor: hue,
      backgroundColor: hue,
      borderWidth: 2.5,
      pointRadius: 6,
      pointHoverRadius: 8,
      tension: 0,
    };
  });
  const far = Math.max(0, ...points.map((p) => p.x)) * 1.12 || 1;
  configurations.forEach((c, index) => {
    if (c.cost) return;
    const y = quality(c, measure);
    const label = c.name + (index === baseline ? " (baseline)" : "");
    datasets.push(dashed(label, [{ x: 0, y }, { x: far, y }], seriesOf(c), { names: [c.name], above: true }));
  });
  const options = baseOptions();
  options.scales.x.title.text = "FLOPs per query";
  options.scales.x.min = 0;
  options.scales.x.max = far;
  options.scales.x.ticks.callback = (value) => (value === 0 ? "0" : flops(value));
  options.scales.x.ticks.maxTicksLimit = 7;
  options.scales.x.ticks.includeBounds = false;
  options.scales.y.title.text = name;
  options.scales.y.grace = "12%";
  options.plugins.legend.display = datasets.length > 1;
  options.plugins.tooltip.callbacks = {
    label: (item) => {
      const c = item.dataset.sources && item.dataset.sources[item.dataIndex];
      return (c ? c.name + ": " : "") + fixed(item.parsed.y, 4) +
        (c ? " at " + flops(item.parsed.x) + "FLOPs per query" : "");
    },
  };
  byId("curve-title").textContent = labelled ? "Quality against cost" : "Agreement against cost";
  byId("curve-note").textContent = labelled
    ? "Up is better, left is cheaper. A line joins the cutoffs of one model."
    : "Without labels, this shows how much of the baseline's ranking each configuration keeps.";
  byId("curve").setAttribute("aria-label",
    name + " against FLOPs per query: " +
      configurations.map((c, i) => c.name + " " + fixed(quality(c, measure), 4) +
        (c.cost ? " at " + flops(flopsPerQuery(configurations[i])) : "")).join("; ") +
      ". The table of configurations holds the same figures.");
  draw("curve", "scatter", { datasets }, options, [pointNames]);
}

function pairOfChoice() {
  return [Number(byId("left").value), Number(byId("right").value)];
}

function deltasBetween(left, right) {
  return data.queries
    .map((query) => ({ query, left: query.values[left], right: query.values[right] }))
    .filter((d) => d.left != null && d.right != null)
    .map((d) => ({ ...d, delta: d.right - d.left }))
    .sort((a, b) => b.delta - a.delta);
}

function deltas() {
  const [left, right] = pairOfChoice();
  const rows = deltasBetween(left, right);
  const wins = rows.filter((r) => r.delta > 0).length;
  const losses = rows.filter((r) => r.delta < 0).length;
  const mean = rows.length ? rows.reduce((sum, r) => sum + r.delta, 0) / rows.length : null;
  const names = configurations[left].name + " to " + configurations[right].name;
  byId("score-line").replaceChildren(
    node("span", { class: "good" }, "▲ " + wins + " better"), "  ·  ",
    rows.length - wins - losses + " same", "  ·  ",
    node("span", { class: "bad" }, "▼ " + losses + " worse"), "  ·  mean " + signed(mean));
  byId("deltas-note").textContent =
    "Change of " + data.perQuery + " from " + names +
    (labelled ? "" : "; without labels no change is better or worse") +
    ", one bar per query, sorted. A bar opens its query below where its passages are kept.";
  byId("deltas").setAttribute("aria-label",
    "Change of " + data.perQuery + " per query from " + names + ": " + wins + " better, " +
      (rows.length - wins - losses) + " same, " + losses + " worse, mean " + signed(mean) +
      ". The table of queries holds the same figures.");
  const options = baseOptions();
  options.plugins.legend.display = false;
  options.scales.x.ticks.display = false;
  options.scales.x.grid.display = false;
  options.scales.x.title.text = "queries, from most gained to most lost";
  options.scales.y.title.text = "change of " + data.perQuery;
  options.plugins.tooltip.callbacks = {
    title: (items) => rows[items[0].dataIndex].query.text.slice(0, 90),
    label: (item) => {
      const row = rows[item.dataIndex];
      return fixed(row.left, 4) + " to " + fixed(row.right, 4) + " (" + signed(row.delta) + ")";
    },
  };
  options.onClick = (event, items) => {
    if (items.length) openMover(rows[items[0].index].query);
  };
  draw("deltas", "bar", {
    labels: rows.map((r) => r.query.id),
    datasets: [{
      data: rows.map((r) => r.delta),
      backgroundColor: rows.map((r) => color(r.delta >= 0 ? "--bar-good" : "--bar-bad")),
      barPercentage: 1,
      categoryPercentage: rows.length > 120 ? 1 : 0.9,
      minBarLength: 1,
    }],
  }, options);
}

function scores() {
  const [, right] = pairOfChoice();
  const c = configurations[right];
  const edges = c.scores.counts.map((_, i) => c.scores.low + i * c.scores.width);
  const share = (histogram) => {
    const total = histogram.counts.reduce((a, b) => a + b, 0) || 1;
    return histogram.counts.map((n) => (100 * n) / total);
  };
  const line = (label, histogram, hue) => ({
    label,
    data: share(histogram),
    borderColor: hue,
    backgroundColor: hue + "33",
    fill: true,
    stepped: "middle",
    pointRadius: 0,
    borderWidth: 2,
  });
  const datasets = [line("all candidates", c.scores, seriesColor(1))];
  if (c.labelledScores) {
    datasets.push(line("labelled relevant", c.labelledScores, seriesColor(2)));
  }
  byId("scores-note").textContent =
    "Scores of " + c.name + " before any normalization. The further the two curves stand apart, the better a threshold works.";
  byId("scores").setAttribute("aria-label", "Distribution of the scores of " + c.name + ", from " +
    fixed(c.scores.low, 2) + " to " +
    fixed(c.scores.low + c.scores.width * c.scores.counts.length, 2) + ".");
  const options = baseOptions();
  options.interaction = { mode: "index", intersect: false };
  options.scales.x.title.text = "score";
  options.scales.x.ticks.maxTicksLimit = 9;
  options.scales.x.ticks.maxRotation = 0;
  options.scales.y.title.text = "% of candidates";
  options.scales.y.beginAtZero = true;
  options.plugins.tooltip.callbacks = {
    label: (item) => item.dataset.label + ": " + item.parsed.y.toFixed(1) + " %",
  };
  draw("scores", "line", {
    labels: edges.map((e) => fixed(e + c.scores.width / 2, c.scores.width < 0.1 ? 2 : 1)),
    datasets,
  }, options);
}
