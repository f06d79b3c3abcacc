let movers = [];

function listMovers() {
  const [left, right] = pairOfChoice();
  const change = (query) => Math.abs((query.values[right] ?? 0) - (query.values[left] ?? 0));
  movers = data.queries
    .filter((q) => q.rankings.length > 0)
    .map((query) => ({ query, change: change(query) }))
    .sort((a, b) => b.change - a.change)
    .map((m) => m.query);
  byId("movers-section").hidden = movers.length === 0;
  byId("mover").replaceChildren(...movers.map((q, i) =>
    option(i, signed((q.values[right] ?? 0) - (q.values[left] ?? 0), 3) + "  " + q.text.slice(0, 90))));
  showMover();
}

function openMover(query) {
  const index = movers.indexOf(query);
  if (index < 0) return;
  byId("mover").value = index;
  showMover();
  byId("movers-section").scrollIntoView();
}

/** The passages of one side; where each stands on the other side is told from its own view. */
function rankingItems(entries, others, isRight) {
  return entries.map((entry, i) => {
    const passage = data.passages[entry.passage];
    const there = others.findIndex((o) => o.passage === entry.passage);
    const gained = isRight ? there - i : i - there;
    let kind = "tag";
    let move = "same place";
    if (there < 0) {
      move = isRight ? "new in the first " + entries.length : "leaves the first " + others.length;
      kind += isRight ? " up" : " down";
    } else if (gained !== 0) {
      kind += gained > 0 ? " up" : " down";
      move = (gained > 0 ? "▲ " : "▼ ") + (isRight ? "was " : "goes to ") + (there + 1);
    }
    const label = entry.relevance == null
      ? ""
      : node("span", { class: entry.relevance > 0 ? "tag sound" : "tag" },
          entry.relevance > 0 ? "relevant (" + entry.relevance + ")" : "not relevant");
    return node("li", { class: entry.relevance > 0 ? "relevant" : null },
      node("p", { class: "meta" }, node("span", { class: "rank" }, String(i + 1)),
        node("span", { class: "id" }, passage.id), node("span", {}, "score " + fixed(entry.score, 3)),
        node("span", { class: kind }, move), label),
      node("p", { class: "text" }, passage.text));
  });
}

function showMover() {
  if (!movers.length) return;
  const [left, right] = pairOfChoice();
  const index = Number(byId("mover").value || 0);
  const query = movers[index];
  byId("mover-query").replaceChildren(
    node("strong", {}, query.text), node("br"),
    "Query " + query.id + " · " + data.perQuery + " " + fixed(query.values[left], 4) + " to " +
      fixed(query.values[right], 4));
  byId("side-left-name").textContent = configurations[left].name;
  byId("side-right-name").textContent = configurations[right].name;
  byId("side-left").replaceChildren(...rankingItems(query.rankings[left], query.rankings[right], false));
  byId("side-right").replaceChildren(...rankingItems(query.rankings[right], query.rankings[left], true));
  byId("mover-previous").disabled = index === 0;
  byId("mover-next").disabled = index === movers.length - 1;
}

function stepMover(step) {
  byId("mover").value = Number(byId("mover").value || 0) + step;
  showMover();
}
