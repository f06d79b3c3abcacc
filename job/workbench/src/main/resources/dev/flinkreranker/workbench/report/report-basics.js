"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const charts = {};

const none = "–";
const fixed = (value, digits) => (value == null ? none : value.toFixed(digits).replace("-", "−"));
const signed = (value, digits = 4) =>
  value == null ? none : (value > 0 ? "+" : value < 0 ? "" : "±") + fixed(value, digits);
const percent = (value) => (value == null ? none : Math.round(value * 100) + " %");
const count = (value) => (value == null ? none : value.toLocaleString("en-US"));
const flops = (value) => {
  if (value == null) return none;
  const units = ["", " k", " M", " G", " T", " P", " E"];
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return value.toPrecision(3) + units[unit];
};
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const series = (index) => "--series-" + (index === 0 ? 0 : 1 + ((index - 1) % 7));
const seriesColor = (index) => color(series(index));

/** An element; strings among the children become text, never markup. */
const node = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};
const option = (value, text) => node("option", { value }, text);

/** A table whose columns sort; empty cells stay last. What is aside has no room on paper. */
function table(id, columns, rows, cells) {
  let sorted = { column: -1, descending: false };
  let shown = rows;
  let limit = Infinity;
  const element = byId(id);
  const body = node("tbody");
  const heads = columns.map((column, i) => {
    const button = node("button", { type: "button" }, column.title);
    button.addEventListener("click", () => {
      sorted = { column: i, descending: sorted.column === i ? !sorted.descending : !column.words };
      render();
    });
    return node("th", { scope: "col", class: [column.words ? "words" : "", column.aside ? "aside" : ""].join(" ").trim() || null }, button);
  });
  function render() {
    heads.forEach((head, i) => {
      if (i !== sorted.column) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", sorted.descending ? "descending" : "ascending");
    });
    const order = [...shown];
    if (sorted.column >= 0) {
      const value = columns[sorted.column].value;
      const direction = sorted.descending ? -1 : 1;
      order.sort((a, b) => {
        const x = value(a), y = value(b);
        if (x == null || y == null) return (x == null) - (y == null);
        return direction * (typeof x === "string"
          ? x.localeCompare(y, "en", { numeric: true }) : x - y);
      });
    }
    body.replaceChildren(...order.slice(0, limit).map(cells));
  }
  element.replaceChildren(node("thead", {}, node("tr", {}, ...heads)), body);
  render();
  return { show(next, most) { shown = next; limit = most; render(); } };
}

const cell = (text, kind) => node("td", { class: kind }, text);
const tint = (value) => (value > 0 ? "good" : value < 0 ? "bad" : null);

const card = (name, figure, detail, kind) =>
  node("div", { class: "card" },
    node("p", { class: "name" }, name),
    node("p", { class: "figure " + (kind || "") }, figure),
    node("p", { class: "detail" }, detail));
