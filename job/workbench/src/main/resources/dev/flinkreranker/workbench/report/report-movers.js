const moversPage = 10;
let movers = [];
let moversShown = moversPage;

/** The queries whose passages are kept, the largest loss first. */
function listMovers() {
  const [left, right] = pairOfChoice();
  const change = (query) => (query.values[right] ?? 0) - (query.values[left] ?? 0);
  movers = data.queries
    .filter((q) => q.rankings.length > 0)
    .map((query) => ({ query, change: change(query) }))
    .sort((a, b) => a.change - b.change);
  byId("movers-section").hidden = movers.length === 0;
  byId("movers-note").textContent = "Change of " + data.perQuery + " from " +
    configurations[left].name + " to " + configurations[right].name +
    ", the largest " + (labelled ? "loss" : "difference") +
    " first. A query opens with the passages that both put first.";
  byId("movers-title").textContent = labelled ? "Where it loses most" : "Where it differs most";
  moversShown = moversPage;
  showMovers();
}

function showMovers() {
  byId("movers").replaceChildren(...movers.slice(0, moversShown).map(moverItem));
  byId("movers-more").hidden = moversShown >= movers.length;
}

/** A query that opens; its passages are made when it does. */
function moverItem(mover, place) {
  const item = node("details", { class: "mover" },
    node("summary", {},
      node("span", { class: "change " + (tint(mover.change) || "") }, signed(mover.change, 3)),
      node("span", {}, mover.query.text)));
  item.addEventListener("toggle", () => {
    if (item.open && item.children.length === 1) item.append(...moverBody(mover.query));
  });
  item.open = place === 0;
  return item;
}

function moverBody(query) {
  const [left, right] = pairOfChoice();
  const side = (own, other, isRight) => node("div", {},
    node("h3", {}, configurations[own].name),
    node("ol", { class: "ranking" },
      ...rankingItems(query.rankings[own], query.rankings[other], isRight)));
  return [
    node("p", { class: "muted" }, "Query " + query.id + " · " + data.perQuery + " " +
      fixed(query.values[left], 4) + " to " + fixed(query.values[right], 4)),
    node("div", { class: "sides", role: "region", tabindex: "0",
        "aria-label": "Rankings of query " + query.id + " side by side" },
      side(left, right, false), side(right, left, true)),
  ];
}

function openMover(query) {
  const index = movers.findIndex((mover) => mover.query === query);
  if (index < 0) return;
  if (index >= moversShown) {
    moversShown = index + 1;
    showMovers();
  }
  const item = byId("movers").children[index];
  item.open = true;
  item.scrollIntoView();
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
