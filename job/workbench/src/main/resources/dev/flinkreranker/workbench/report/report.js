const card = (name, figure, detail, kind) =>
  node("div", { class: "card" },
    node("p", { class: "name" }, name),
    node("p", { class: "figure " + (kind || "") }, figure),
    node("p", { class: "detail" }, detail));

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
    const near = others
      .filter((c) => c.cost && best.cost && c.means[0] >= best.means[0] - 0.01)
      .reduce((a, b) => (a == null || b.cost.flops < a.cost.flops ? b : a), null);
    if (near && near !== best) {
      cards.push(card("Cheapest within 0.01 of the best", near.name,
        percent(near.cost.flops / best.cost.flops) + " of its FLOPs, " + data.measures[0] + " " +
          fixed(near.means[0], 4), near.name.length > 12 ? "long" : ""));
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

const systemDark = matchMedia("(prefers-color-scheme: dark)");

function applyTheme() {
  document.documentElement.dataset.theme =
    byId("theme").value || (systemDark.matches ? "dark" : "light");
  curve();
  deltas();
  scores();
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
byId("left").value = baseline;
const bestIndex = configurations.reduce((best, c, i) =>
  i > 0 && (best === 0 || (labelled && c.means[0] > configurations[best].means[0])) ? i : best, 0);
byId("right").value = bestIndex;

byId("measure").addEventListener("change", curve);
byId("left").addEventListener("change", compare);
byId("right").addEventListener("change", compare);
byId("mover").addEventListener("change", showMover);
byId("mover-previous").addEventListener("click", () => stepMover(-1));
byId("mover-next").addEventListener("click", () => stepMover(1));
byId("filter").addEventListener("input", () => { visible = page; filterQueries(); });
byId("queries-more").addEventListener("click", () => { visible += 4 * page; filterQueries(); });
byId("theme").addEventListener("change", applyTheme);
systemDark.addEventListener("change", applyTheme);

verdict();
configurationTable();
problems();
applyTheme();
compare();
