function baseOptions() {
  const text = color("--muted");
  const axis = () => ({
    grid: { color: color("--grid") },
    border: { color: color("--line") },
    ticks: { color: text },
    title: { display: true, color: text, text: "" },
  });
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    scales: { x: axis(), y: axis() },
    plugins: {
      legend: { labels: { color: color("--text"), usePointStyle: true, boxHeight: 7 } },
      tooltip: {
        backgroundColor: color("--text"),
        titleColor: color("--surface"),
        bodyColor: color("--surface"),
        padding: 10,
        displayColors: false,
      },
    },
  };
}

function draw(id, type, series, options, plugins = []) {
  if (charts[id]) charts[id].destroy();
  charts[id] = new Chart(byId(id), { type, data: series, options, plugins });
}

/** What others are compared with: a line without points. */
function dashed(label, points, hue, more) {
  return {
    label,
    data: points,
    showLine: true,
    borderColor: color(hue),
    backgroundColor: color(hue),
    borderDash: [6, 5],
    borderWidth: 2,
    pointRadius: 0,
    pointHitRadius: 0,
    ...more,
  };
}

/** Writes each point's name beside it, and the baseline's over its line. */
const pointNames = {
  id: "pointNames",
  afterDatasetsDraw(chart) {
    const context = chart.ctx;
    context.save();
    context.font = "600 12px system-ui, sans-serif";
    context.fillStyle = color("--text");
    context.strokeStyle = color("--surface");
    context.lineWidth = 4;
    context.lineJoin = "round";
    const taken = [];
    chart.data.datasets.forEach((dataset, d) => {
      chart.getDatasetMeta(d).data.forEach((point, i) => {
        const name = dataset.names && dataset.names[i];
        if (!name) return;
        const width = context.measureText(name).width;
        // A curve mostly comes from the lower left: its names hang to the lower right.
        const left = point.x + (dataset.above || !dataset.showLine ? 8 : 4);
        const x = Math.min(Math.max(left, chart.chartArea.left + 2), chart.chartArea.right - width);
        const y = point.y + (dataset.above ? -8 : 22);
        if (taken.some((t) => Math.abs(t.y - y) < 13 && x < t.x + t.width && t.x < x + width)) {
          return;
        }
        taken.push({ x, y, width });
        context.strokeText(name, x, y);
        context.fillText(name, x, y);
      });
    });
    context.restore();
  },
};

const systemDark = matchMedia("(prefers-color-scheme: dark)");

/** Draws in the colours of the theme that is chosen, again whenever it changes. */
function followTheme(redraw) {
  const apply = () => {
    document.documentElement.dataset.theme =
      byId("theme").value || (systemDark.matches ? "dark" : "light");
    redraw();
  };
  byId("theme").addEventListener("change", apply);
  systemDark.addEventListener("change", apply);
  // Paper is white.
  addEventListener("beforeprint", () => {
    document.documentElement.dataset.theme = "light";
    redraw();
  });
  addEventListener("afterprint", apply);
  apply();
}
