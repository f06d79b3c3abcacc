function configurationTable() {
  const columns = [{ title: "Configuration", words: true, value: (c) => configurations.indexOf(c) }];
  data.measures.forEach((name, m) => columns.push({
    title: name, value: (c) => c.means[m], cell: (c) => cell(fixed(c.means[m], 4)) }));
  const diff = (title, value, show, only = true, aside = false) => {
    if (only) columns.push({ title, aside, value: (c) => (c.difference ? value(c.difference) : null), cell: (c) =>
      c.difference ? show(c.difference) : cell(none) });
  };
  diff("Δ " + data.measures[0], (d) => d.delta, (d) => cell(signed(d.delta), tint(d.delta)), labelled);
  diff("95 % interval", (d) => d.low, (d) => cell(signed(d.low) + " … " + signed(d.high)), labelled);
  diff("p (t-test)", (d) => d.pValue, (d) =>
    cell(d.pValue == null ? none : d.pValue < 0.0001 ? "< 0.0001" : fixed(d.pValue, 4)), labelled, true);
  diff("Win / tie / loss", (d) => d.wins, (d) => cell(d.wins + " / " + d.ties + " / " + d.losses), labelled);
  diff("Overlap@10", (d) => d.overlap, (d) => cell(fixed(d.overlap, 3)), true, true);
  diff("RBO", (d) => d.rankBiasedOverlap, (d) => cell(fixed(d.rankBiasedOverlap, 3)));
  diff("Kendall τ", (d) => d.kendallTau, (d) => cell(fixed(d.kendallTau, 3)), true, true);
  diff("Other first", (d) => d.changedTop, (d) => cell(percent(d.changedTop)));
  const cost = (title, value, show, aside = false) => columns.push({
    title, aside, value: (c) => (c.cost ? value(c.cost) : null),
    cell: (c) => cell(c.cost && value(c.cost) != null ? show(value(c.cost)) : none) });
  cost("FLOPs", (k) => k.flops, flops);
  cost("Pairs", (k) => k.pairs, count, true);
  cost("Tokens", (k) => k.tokens, count, true);
  cost("Truncated", (k) => k.truncated, count, true);
  cost("Device s", (k) => k.deviceSeconds, (v) => fixed(v, 1));
  cost("p50 ms", (k) => k.p50Millis, (v) => fixed(v, 1), true);
  cost("p95 ms", (k) => k.p95Millis, (v) => fixed(v, 1));
  cost("p99 ms", (k) => k.p99Millis, (v) => fixed(v, 1), true);
  byId("configurations-note").textContent =
    "Differences are against " + configurations[baseline].name + ". Select a heading to sort.";
  table("configurations", columns, configurations, (c) => {
    const swatch = node("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = "var(" + seriesOf(c) + ")";
    return node("tr", {}, node("th", { scope: "row" }, swatch, c.name, node("small", {}, c.settings)),
      ...columns.slice(1).map((column) => {
        const shown = column.cell(c);
        if (column.aside) shown.classList.add("aside");
        return shown;
      }));
  });
}

const page = 50;
let visible = page;
let queryTable;

function buildQueries() {
  const [left, right] = pairOfChoice();
  const delta = (q) => q.values[left] == null || q.values[right] == null
    ? null : q.values[right] - q.values[left];
  const columns = [
    { title: "Id", words: true, value: (q) => q.id },
    { title: "Query", words: true, value: (q) => q.text },
    { title: configurations[left].name, value: (q) => q.values[left] },
    { title: configurations[right].name, value: (q) => q.values[right] },
    { title: "Change", value: delta },
  ];
  queryTable = table("queries", columns, [], (q) => node("tr", {},
    cell(q.id), cell(q.text, "words"), cell(fixed(q.values[left], 4)),
    cell(fixed(q.values[right], 4)), cell(signed(delta(q)), tint(delta(q)))));
  filterQueries();
}

function filterQueries() {
  const wanted = byId("filter").value.trim().toLowerCase();
  const found = wanted
    ? data.queries.filter((q) =>
        q.id.toLowerCase().includes(wanted) || q.text.toLowerCase().includes(wanted))
    : data.queries;
  queryTable.show(found, visible);
  byId("queries-count").textContent =
    count(Math.min(visible, found.length)) + " of " + count(found.length) + " shown" +
    (found.length < data.queries.length ? ", filtered from " + count(data.queries.length) : "") +
    (data.queries.length < data.queryCount ? "; the run had " + count(data.queryCount) : "") +
    ". Figures are " + data.perQuery + ".";
  byId("queries-more").hidden = visible >= found.length;
}

function problems() {
  byId("problems-section").hidden = data.problemCount === 0;
  byId("problems-count").textContent = count(data.problemCount) + " lines" +
    (data.problems.length < data.problemCount ? ", the first " + count(data.problems.length) + " listed" : "");
  table("problems", [
    { title: "Source", words: true, value: (p) => p.source },
    { title: "Line", value: (p) => p.line },
    { title: "Reason", words: true, value: (p) => p.reason },
  ], data.problems, (p) => node("tr", {}, cell(p.source, "words"), cell(count(p.line)), cell(p.reason, "words")));
}
