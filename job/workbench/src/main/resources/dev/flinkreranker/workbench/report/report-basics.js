"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const configurations = data.configurations;
const labelled = data.measures.length > 0;
const baseline = 0;
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
const flopsPerQuery = (c) => (c.cost && data.queryCount ? c.cost.flops / data.queryCount : null);
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const series = (index) => "--series-" + (index === 0 ? 0 : 1 + ((index - 1) % 7));
const seriesColor = (index) => color(series(index));
/** The same for all cutoffs of a model; grey is for what costs nothing. */
const seriesOf = (c) => {
  const first = configurations.findIndex((o) => o === c || (c.curve != null && o.curve === c.curve));
  return series(c.cost && first === 0 ? 7 : first);
};

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
