const share = (value) => (100 * value).toFixed(1) + " %";
const together = data.heldOut[data.heldOut.length - 1];

function verdict() {
  const sure = together.low > 0 || together.high < 0;
  byId("verdict").replaceChildren(
    card("Operations, held out", share(together.share), "of the full model over all candidates"),
    card(data.measure + ", held out", signed(together.delta),
      "95 % interval " + signed(together.low) + " to " + signed(together.high) +
        (sure ? "" : ", so it may be chance"),
      sure ? (together.delta > 0 ? "good" : "bad") : ""),
    card("Queries", count(data.queries), count(data.tried) + " cascades tried"));
}

function curve() {
  const line = (label, points, hue, more) => ({
    label,
    data: points.map((p) => ({ x: 100 * p.share, y: p.mean })),
    sources: points,
    showLine: true,
    borderColor: color(hue),
    backgroundColor: color(hue),
    borderWidth: 2.5,
    pointRadius: 4,
    pointHoverRadius: 7,
    tension: 0,
    ...more,
  });
  // A depth that is far below would flatten all else.
  const shown = [...data.frontier, ...data.heldOutFrontier, data.full].map((p) => p.mean);
  const low = Math.min(data.firstStage, ...shown), high = Math.max(data.firstStage, ...shown);
  const floor = low - 0.1 * (high - low);
  const depths = data.depths.filter((p) => p.mean >= floor);
  const far = 100 * Math.max(1, ...data.frontier.map((p) => p.share)) * 1.04;
  const datasets = [
    line("frontier, on all queries", data.frontier, series(1)),
    line("held out", data.heldOutFrontier, series(2)),
    line("all candidates, one depth", depths, series(3),
      { names: depths.map((p) => p.stages.split(" > ")[1]) }),
    line("chosen", [data.chosen], series(4), { pointRadius: 9, pointStyle: "rectRot", showLine: false }),
    dashed("first stage", [{ x: 0, y: data.firstStage }, { x: far, y: data.firstStage }], series(0),
      { names: ["first stage"], above: true }),
  ];
  const options = baseOptions();
  options.scales.x.title.text = "% of the operations of the full model over all candidates";
  options.scales.x.min = 0;
  options.scales.x.max = far;
  options.scales.x.ticks.includeBounds = false;
  options.scales.y.title.text = data.measure;
  options.scales.y.min = floor;
  options.scales.y.ticks.includeBounds = false;
  options.scales.y.grace = "8%";
  options.plugins.tooltip.callbacks = {
    label: (item) => {
      const point = item.dataset.sources && item.dataset.sources[item.dataIndex];
      return (point ? point.stages + ": " : "first stage: ") + fixed(item.parsed.y, 4) +
        (point ? " for " + share(point.share) : "");
    },
  };
  byId("curve").setAttribute("aria-label", data.measure + " against operations: " +
    data.frontier.map((p) => p.stages + " " + fixed(p.mean, 4) + " for " + share(p.share)).join("; ") +
    ". The table of the frontier holds the same figures.");
  draw("curve", "scatter", { datasets }, options, [pointNames]);
}

function rows(id, columns, values) {
  table(id, columns, values, (row) => node("tr", {}, ...columns.map((column, i) =>
    i === 0 ? node("th", { scope: "row" }, column.value(row)) : column.cell(row))));
}

function heldOutTable() {
  const column = (title, value, show) => ({ title, value, cell: (h) => cell(show(value(h))) });
  rows("held-out", [
    { title: "Stages", words: true, value: (h) => h.stages },
    column("Measured on", (h) => h.measuredOn, String),
    column("Queries", (h) => h.queries, count),
    column("Operations", (h) => h.share, share),
    column(data.measure, (h) => h.mean, (v) => fixed(v, 4)),
    column("Full model", (h) => h.full, (v) => fixed(v, 4)),
    { title: "Δ", value: (h) => h.delta, cell: (h) => cell(signed(h.delta), tint(h.delta)) },
    { title: "95 % interval", value: (h) => h.low, cell: (h) => cell(signed(h.low) + " … " + signed(h.high)) },
  ], data.heldOut);
}

function frontierTable() {
  byId("frontier-note").textContent = "Of " + count(data.tried) + " cascades those that nothing " +
    "cheaper is better than, on all queries, and each depth over all candidates. Select a heading to sort.";
  rows("frontier", [
    { title: "Stages", words: true, value: (p) => p.stages },
    { title: data.measure, value: (p) => p.mean, cell: (p) => cell(fixed(p.mean, 4)) },
    { title: "Against the full model", value: (p) => p.mean - data.full.mean,
      cell: (p) => cell(signed(p.mean - data.full.mean), tint(p.mean - data.full.mean)) },
    { title: "Operations", value: (p) => p.share, cell: (p) => cell(share(p.share)) },
    { title: "FLOPs per query", value: (p) => p.flops, cell: (p) => cell(flops(p.flops)) },
  ], [...data.frontier, ...data.depths]);
}

function reliability() {
  const { before, after } = data.calibrated;
  const most = Math.max(...[...before.bins, ...after.bins].map((bin) => bin.documents));
  const line = (label, bins, hue) => ({
    label,
    data: bins.map((bin) => ({ x: bin.said, y: bin.cameTrue })),
    bins,
    showLine: true,
    borderColor: color(hue),
    backgroundColor: color(hue),
    borderWidth: 2,
    pointRadius: bins.map((bin) => 3 + 9 * Math.sqrt(bin.documents / most)),
    pointHoverRadius: bins.map((bin) => 5 + 9 * Math.sqrt(bin.documents / most)),
    tension: 0,
  });
  const options = baseOptions();
  for (const [axis, title] of [["x", "probability that was said"], ["y", "share that is relevant"]]) {
    options.scales[axis].title.text = title;
    options.scales[axis].min = 0;
    options.scales[axis].max = 1;
  }
  options.plugins.tooltip.callbacks = {
    label: (item) => {
      const bin = item.dataset.bins && item.dataset.bins[item.dataIndex];
      return bin ? item.dataset.label + ": of " + count(bin.documents) + " documents with " +
        fixed(bin.said, 2) + ", " + fixed(bin.cameTrue, 2) + " are relevant" : "";
    },
  };
  byId("reliability").setAttribute("aria-label", "Share that is relevant against the probability " +
    "that was said: " + after.bins.map((bin) => fixed(bin.cameTrue, 2) + " for " +
      fixed(bin.said, 2)).join("; ") + ".");
  draw("reliability", "scatter", { datasets: [
    line("probability", after.bins, series(2)),
    line("before: sigmoid of the score", before.bins, series(1)),
    dashed("as said", [{ x: 0, y: 0 }, { x: 1, y: 1 }], series(0)),
  ] }, options);
}

function calibratedText() {
  const { documents, relevant, before, after, nothingRelevant: n, low, high } = data.calibrated;
  rows("reliable", [
    { title: "Held out", words: true, value: (r) => r.name },
    { title: "Brier score", value: (r) => r.of.brier, cell: (r) => cell(fixed(r.of.brier, 4)) },
    { title: "Calibration error", value: (r) => r.of.calibrationError,
      cell: (r) => cell(fixed(r.of.calibrationError, 4)) },
    { title: "Documents", value: () => documents, cell: () => cell(count(documents)) },
    { title: "Relevant", value: () => relevant, cell: () => cell(count(relevant)) },
  ], [{ name: "sigmoid of the score", of: before }, { name: "probability", of: after }]);
  byId("nothing-relevant").textContent = "That nothing is relevant was said of " + count(n.said) +
    " of " + count(n.requests) + " queries" +
    (n.said ? ", rightly of " + count(n.right) + " (" + share(n.right / n.said) +
      ", 95 % interval " + share(low) + " to " + share(high) + ")" : "") +
    ". " + count(n.without) + " have nothing relevant.";
}

byId("title").textContent = data.title;
byId("description").textContent = data.description;
byId("decision-text").textContent = data.decision;
byId("config").textContent = data.config;
verdict();
heldOutTable();
frontierTable();
if (data.calibrated) {
  byId("calibrated").hidden = false;
  calibratedText();
}
followTheme(() => {
  curve();
  if (data.calibrated) reliability();
});
