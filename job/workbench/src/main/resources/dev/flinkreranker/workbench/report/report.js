const choice = data.decision;
const logRate = data.requestsPerSecond == null
  ? null : String(Number(data.requestsPerSecond.toPrecision(3)));

function decision() {
  byId("decision-text").textContent = choice ? choice.text : labelled
    ? "There is one configuration, so nothing to choose."
    : "Nobody has judged these queries, so which configuration is best is not known. Name " +
      "judgments with --qrels; ./rerank judgments makes them from clicks.";
  byId("rate").value = logRate ?? 10;
  saving();
}

/** How many devices are busy, by the seconds that were measured. */
function saving() {
  const from = choice && configurations[choice.best];
  const to = choice && configurations[choice.chosen];
  const seconds = (c) => (c.cost ? c.cost.deviceSeconds : 0);
  byId("saving").hidden = !from || seconds(from) == null || seconds(to) == null;
  if (byId("saving").hidden) return;
  const rate = Number(byId("rate").value);
  const busy = (c) => (rate * seconds(c)) / data.queryCount;
  const shown = (value) => (value === 0 ? "0" : value.toPrecision(2 + (value >= 10)));
  byId("saving-text").textContent = "At " + byId("rate").value + " requests a second" +
    (byId("rate").value === logRate ? ", the log's rate, " : ", ") +
    (from === to
      ? from.name + " keeps " + shown(busy(from)) + " devices such as this one busy."
      : to.name + " keeps " + shown(busy(to)) + " devices such as this one busy, in place of " +
        shown(busy(from)) + ": " + shown((busy(from) - busy(to)) * 24) + " device hours a day less.");
}

function verdict() {
  const cards = [];
  const others = configurations.slice(1);
  if (labelled && others.length) {
    const best = others.reduce((a, b) => (b.means[0] > a.means[0] ? b : a));
    const d = best.difference;
    cards.push(card("Best " + data.measures[0], fixed(best.means[0], 4), best.name));
    if (d && d.delta != null) {
      const sure = d.low > 0 || d.high < 0;
      cards.push(card("Against " + configurations[baseline].name, signed(d.delta),
        "95 % interval " + signed(d.low) + " to " + signed(d.high) +
          (sure ? "" : ", so it may be chance"),
        sure ? (d.delta > 0 ? "good" : "bad") : ""));
    }
  } else if (others.length) {
    const most = others.reduce((a, b) =>
      b.difference.rankBiasedOverlap < a.difference.rankBiasedOverlap ? b : a);
    cards.push(card("Changes most", most.name,
      percent(most.difference.changedTop) + " of the queries get another first passage",
      most.name.length > 12 ? "long" : ""));
  }
  cards.push(card("Queries", count(data.queryCount),
    labelled ? count(data.judgedCount) + " with labels" : "no labels given"));
  byId("verdict").replaceChildren(...cards);
}

function compare() {
  deltas();
  listMovers();
  scores();
  buildQueries();
}

byId("title").textContent = data.title;
byId("description").textContent = data.description;
byId("measure").replaceChildren(...data.measures.map((name, i) => option(i, name)));
byId("measure-field").hidden = data.measures.length < 2;
byId("left").replaceChildren(...configurations.map((c, i) => option(i, c.name)));
byId("right").replaceChildren(...configurations.map((c, i) => option(i, c.name)));
// What the decision gives up; where it gives up nothing, what it brings.
const decides = choice && choice.chosen !== choice.best;
const bestIndex = configurations.reduce((best, c, i) =>
  i > 0 && (best === 0 || (labelled && c.means[0] > configurations[best].means[0])) ? i : best, 0);
byId("left").value = decides ? choice.best : baseline;
byId("right").value = decides ? choice.chosen : bestIndex;

byId("measure").addEventListener("change", curve);
byId("left").addEventListener("change", compare);
byId("right").addEventListener("change", compare);
byId("rate").addEventListener("input", saving);
byId("movers-more").addEventListener("click", () => { moversShown += moversPage; showMovers(); });
byId("filter").addEventListener("input", () => { visible = page; filterQueries(); });
byId("queries-more").addEventListener("click", () => { visible += 4 * page; filterQueries(); });

decision();
verdict();
configurationTable();
problems();
followTheme(() => {
  curve();
  deltas();
  scores();
});
compare();
