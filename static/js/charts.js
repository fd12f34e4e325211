// <div data-chart="id-of-json">: a Plotly figure written by the server as <script type="application/json">.
// Only pages with charts load plotly.js itself (block more_scripts); here it is drawn in the colours of the page.
// A trace says what it is in meta.role: now, before (the period compared with), steps or bars.
const COLOURS = [1, 2, 3, 4, 5, 6];

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const ROLES = {
  now: () => ({ line: { color: token("--wb-chart-1"), width: 2.25 }, marker: { color: token("--wb-chart-1"), size: 5 } }),
  steps: () => ({ line: { color: token("--wb-chart-1"), width: 2.25, shape: "hv" } }),
  before: () => ({ line: { color: token("--wb-chart-6"), width: 1.5, dash: "dot" } }),
  bars: () => ({ marker: { color: token("--wb-chart-1") }, textfont: { size: 12 }, cliponaxis: false }),
};

function traceOf(trace) {
  const look = ROLES[trace.meta?.role];
  return look ? { ...trace, ...look() } : { ...trace };
}

function layoutOf(figure) {
  const given = figure.layout ?? {};
  const axis = { gridcolor: token("--wb-chart-grid"), linecolor: token("--wb-line-2"), zerolinecolor: token("--wb-line-2"), automargin: true };
  return {
    ...given,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    colorway: COLOURS.map((number) => token(`--wb-chart-${number}`)),
    font: { family: token("--wb-font"), size: 12, color: token("--wb-ink-2") },
    margin: { l: 8, r: 16, t: 8, b: 8, ...given.margin },
    hovermode: given.hovermode ?? "closest",
    hoverlabel: { bgcolor: token("--wb-float"), bordercolor: token("--wb-line-2"), font: { color: token("--wb-ink") } },
    dragmode: false,
    xaxis: { ...axis, showgrid: false, fixedrange: true, ...given.xaxis },
    yaxis: { ...axis, fixedrange: true, ...given.yaxis },
  };
}

function draw(place) {
  const source = document.getElementById(place.dataset.chart);
  if (!source || !window.Plotly) return;
  const figure = JSON.parse(source.textContent);
  window.Plotly.react(place, figure.data.map(traceOf), layoutOf(figure), { displayModeBar: false, responsive: true });
  if (place.dataset.drawn) return;
  place.dataset.drawn = "yes";
  place.on("plotly_click", (event) => {
    const url = event.points.map((point) => point.customdata).find((found) => typeof found === "string");
    if (url?.startsWith("/") && !url.startsWith("//")) window.location.assign(url);
  });
}

const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);

window.addEventListener("load", drawAll);
document.addEventListener("htmx:afterSettle", drawAll);
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
