// Interactive charts in place of the still pictures: crosshair with values, zoom, arrow keys. Drawn when first seen.
import { day, dayAndTime } from "./clock.js";

const mounted = new Map(); // figure element -> what ends its chart
const LINES = ["--line-1", "--line-2", "--line-3", "--line-4"];
const SMALLEST = 8; // bars on the screen at most zoom

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    mount(entry.target).catch((error) => console.warn("The chart stays a picture:", error));
  }
}, { rootMargin: "200px" });

export function mountCharts(card) {
  for (const figure of card.querySelectorAll("figure.chart")) if (figure.querySelector(".chart-data")) seen.observe(figure);
}

export function unmountCharts(card) {
  for (const figure of card.querySelectorAll("figure.chart")) {
    seen.unobserve(figure);
    mounted.get(figure)?.();
    mounted.delete(figure);
  }
}

/** The colours of the page's theme, as the browser resolves them. */
function palette(figure) {
  const probe = figure.appendChild(document.createElement("i"));
  const colour = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const names = ["--text", "--dim", "--line", "--up", "--down", "--volume", "--mark", "--paper", ...LINES];
  const found = Object.fromEntries(names.map((name) => [name, colour(name)]));
  probe.remove();
  return found;
}

/** A price to the tick people quote, as `core/words.py` writes it, without the sign of its unit. */
export function price(value) {
  if (!Number.isFinite(value)) return "";
  const size = Math.abs(value);
  const written = (options) => value.toLocaleString("en-US", options).replace("-", "−");
  if (size >= 1000) return written({ maximumFractionDigits: 0 });
  if (size > 0.95 && size < 1.05) return written({ minimumFractionDigits: 4, maximumFractionDigits: 4 });
  if (size >= 1) return written({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return written({ maximumSignificantDigits: 4 });
}

/** How the values of a figure are written: its ticks where it holds prices; bars in whole numbers, large ones short. */
function writer(data) {
  if (data.figure !== "bar") return price;
  const values = data.series.flatMap((series) => series.columns.value ?? []).filter(Number.isFinite);
  const whole = values.every(Number.isInteger);
  if (values.some((value) => Math.abs(value) >= 100_000)) return (value) => big(value).replace("-", "−");
  return whole ? (value) => (Number.isInteger(value) ? value.toLocaleString("en-US").replace("-", "−") : "") : price;
}

const big = (value) => (Number.isFinite(value) ? value.toLocaleString("en-US", { notation: "compact", maximumFractionDigits: 2 }) : "");

async function mount(figure) {
  const data = JSON.parse(figure.querySelector(".chart-data").textContent);
  const charts = await import("./vendor/lightweight-charts.mjs");
  if (!figure.isConnected || mounted.has(figure)) return;
  const frame = document.createElement("div");
  frame.className = "interactive";
  const tools = frame.appendChild(document.createElement("div"));
  tools.className = "chart-tools";
  const legend = tools.appendChild(document.createElement("p"));
  legend.className = "legend";
  const host = frame.appendChild(document.createElement("div"));
  host.className = "chart-host";
  const still = figure.querySelector(".still");
  still.hidden = true;
  still.after(frame);

  const chart = charts.createChart(host, frameOptions(charts));
  const drawn = drawSeries(charts, chart, data);
  const mark = data.simulated && charts.createTextWatermark(chart.panes()[0], { lines: [] });
  const paint = () => {
    const colours = palette(figure);
    chart.applyOptions({
      layout: { textColor: colours["--dim"] },
      grid: { vertLines: { color: colours["--line"] }, horzLines: { color: colours["--line"] } },
      rightPriceScale: { borderColor: colours["--line"] },
      timeScale: { borderColor: colours["--line"] },
      crosshair: { vertLine: { color: colours["--dim"] }, horzLine: { color: colours["--dim"] } },
    });
    for (const part of drawn) part.paint(colours);
    if (mark) {
      const fontSize = Math.min(56, Math.max(24, host.clientWidth / 9));
      mark.applyOptions({ lines: [{ text: "SIMULATED", color: colours["--mark"], fontSize, fontStyle: "bold" }] });
    }
  };
  paint();
  chart.timeScale().fitContent();

  const times = [...new Set(data.series.flatMap((series) => series.time))].sort((a, b) => a - b);
  const written = writer(data);
  chart.applyOptions({ localization: { locale: "en-GB", priceFormatter: written } });
  const read = reader(data, drawn, times, written);
  const cursor = scrubber(host, chart, drawn, times, read, legend, data);
  tools.append(...buttons(chart, times));
  chart.subscribeCrosshairMove((event) => cursor.at(event.time ?? null));
  host.addEventListener("wheel", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return; // plain wheels scroll the page
    event.preventDefault();
    zoom(chart, event.deltaY < 0 ? 0.85 : 1 / 0.85);
  }, { passive: false });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  addEventListener("themechange", paint);
  dark.addEventListener("change", paint);
  mounted.set(figure, () => {
    removeEventListener("themechange", paint);
    dark.removeEventListener("change", paint);
    chart.remove();
  });
}

function frameOptions(charts) {
  return {
    autoSize: true,
    layout: {
      background: { type: charts.ColorType.Solid, color: "transparent" },
      fontFamily: "system-ui, sans-serif",
      fontSize: 11,
      attributionLogo: false, // it would write a style, which the page forbids; the notice stands in the page's footer
    },
    rightPriceScale: { scaleMargins: { top: 0.08, bottom: 0.08 } },
    timeScale: { timeVisible: false, minBarSpacing: 0.4, fixLeftEdge: true, fixRightEdge: true },
    crosshair: { mode: charts.CrosshairMode.Magnet },
    localization: { locale: "en-GB", priceFormatter: price },
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  };
}

// ------------------------------------------------------------------------------------------------------------- series

/** Add every series; each part knows how to take the theme's colours. */
function drawSeries(charts, chart, data) {
  const first = data.series[0];
  chart.applyOptions({ timeScale: { timeVisible: !data.daily } });
  if (data.figure === "candles") {
    const parts = [candles(charts, chart, first)];
    if ((first.columns.volume ?? []).some((value) => value > 0)) parts.push(volume(charts, chart, first));
    return withLevels(parts, data);
  }
  if (data.figure === "bar") return [bars(charts, chart, first)];
  const parts = data.series.map((series, at) => line(charts, chart, series, "close", LINES[at % 4], at % 4, 2,
    data.series.length > 1 ? series.name : ""));
  if (data.series.length === 1) {
    for (const name of ["mean", "upper", "lower"]) {
      if (first.columns[name]) parts.push(line(charts, chart, first, name, "--dim", 1, 1));
    }
  }
  return withLevels(parts, data);
}

const points = (series, column) =>
  series.time.map((time, at) => {
    const value = series.columns[column]?.[at];
    return Number.isFinite(value) ? { time, value } : { time };
  });

function candles(charts, chart, series) {
  const { open, high, low, close } = series.columns;
  const part = chart.addSeries(charts.CandlestickSeries, { priceLineVisible: false });
  part.setData(series.time.map((time, at) => {
    const bar = { open: open[at], high: high[at], low: low[at], close: close[at] };
    return Object.values(bar).every(Number.isFinite) ? { time, ...bar } : { time };
  }));
  const paint = (colours) =>
    part.applyOptions({
      upColor: colours["--paper"], // a rise is hollow, a fall filled: told without colour
      borderUpColor: colours["--up"],
      wickUpColor: colours["--up"],
      downColor: colours["--down"],
      borderDownColor: colours["--down"],
      wickDownColor: colours["--down"],
    });
  return { part, series, column: "close", paint };
}

function volume(charts, chart, series) {
  const part = chart.addSeries(charts.HistogramSeries, {
    priceScaleId: "volume", priceFormat: { type: "volume" }, priceLineVisible: false, lastValueVisible: false,
  });
  chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.84, bottom: 0 }, visible: false });
  part.setData(points(series, "volume"));
  return { part, series, column: "volume", paint: (colours) => part.applyOptions({ color: colours["--volume"] }) };
}

function bars(charts, chart, series) {
  const part = chart.addSeries(charts.HistogramSeries, { priceLineVisible: false });
  const paint = (colours) =>
    part.setData(points(series, "value").map((point) => ({ ...point, color: colours[point.value < 0 ? "--down" : "--up"] })));
  return { part, series, column: "value", paint };
}

function line(charts, chart, series, column, colour, style, lineWidth, title = "") {
  const part = chart.addSeries(charts.LineSeries, {
    lineWidth, lineStyle: [0, 2, 1, 3][style], priceLineVisible: false, lastValueVisible: column === "close",
    crosshairMarkerVisible: column === "close", title,
  });
  part.setData(points(series, column));
  return { part, series, column, paint: (colours) => part.applyOptions({ color: colours[colour] }) };
}

function withLevels(parts, data) {
  const values = data.levels.map((level) => level.value);
  parts[0].part.applyOptions({ autoscaleInfoProvider: (original) => withRoom(original(), values) });
  const lines = data.levels.map((level) => [level, parts[0].part.createPriceLine({ price: level.value, lineStyle: 1, lineWidth: 1,
    axisLabelVisible: true, title: "" })]);
  const first = parts[0].paint;
  parts[0].paint = (colours) => {
    first(colours);
    for (const [, drawn] of lines) drawn.applyOptions({ color: colours["--dim"], axisLabelTextColor: colours["--paper"] });
  };
  return parts;
}

/** Room for the levels that are near what is drawn; a far one would flatten it. */
function withRoom(info, values) {
  const range = info?.priceRange;
  if (!range) return info;
  const reach = (range.maxValue - range.minValue) / 2;
  const near = values.filter((value) => value >= range.minValue - reach && value <= range.maxValue + reach);
  info.priceRange = { minValue: Math.min(range.minValue, ...near), maxValue: Math.max(range.maxValue, ...near) };
  return info;
}

// -------------------------------------------------------------------------------------------------- reading and moving

/** The figures of one instant in words. */
function reader(data, drawn, times, written) {
  const index = new Map(data.series.map((series) => [series, new Map(series.time.map((time, at) => [time, at]))]));
  return (time) => {
    const when = data.daily ? day(time * 1000) : dayAndTime(time * 1000);
    const said = [];
    const keys = []; // which line's look stands before each of them
    for (const series of data.series) {
      const at = index.get(series).get(time);
      if (at === undefined) continue;
      const of = data.series.length > 1 ? `${series.name} ` : "";
      const columns = data.figure === "candles" ? ["open", "high", "low", "close"] : drawn.filter((each) => each.series === series).map((each) => each.column);
      for (const column of columns) {
        const value = series.columns[column]?.[at];
        const name = data.figure === "candles" || columns.length > 1 ? `${column} ` : "";
        said.push(`${of}${name}${Number.isFinite(value) ? written(value) : "unknown"}`);
        keys.push(data.series.length > 1 ? data.series.indexOf(series) % 4 : null);
      }
      if (data.figure === "candles" && Number.isFinite(series.columns.volume?.[at])) said.push(`volume ${big(series.columns.volume[at])}`);
    }
    return { when, said, keys, position: times.indexOf(time) };
  };
}

/** The chart as a slider over its bars, for the keyboard and for those who listen. */
function scrubber(host, chart, drawn, times, read, legend, data) {
  const last = times.length - 1;
  let now = last;
  host.tabIndex = 0;
  host.setAttribute("role", "slider");
  host.setAttribute("aria-label", `${data.title}${data.simulated ? ", SIMULATED" : ""}, bar by bar`);
  host.setAttribute("aria-valuemin", "0");
  host.setAttribute("aria-valuemax", String(last));
  const at = (time) => {
    const told = read(time ?? times[last]);
    now = told.position;
    const when = document.createElement("b");
    when.textContent = told.when;
    const words = told.said.map((text, number) => {
      const part = document.createElement("span");
      part.textContent = text;
      const key = told.keys[number] ?? null;
      if (key !== null) part.prepend(Object.assign(document.createElement("i"), { className: `key k${key}` }));
      return part;
    });
    legend.replaceChildren(when, ...words);
    host.setAttribute("aria-valuenow", String(now));
    host.setAttribute("aria-valuetext", [data.simulated ? "simulated" : "", told.when, ...told.said].filter(Boolean).join(", "));
  };
  const go = (to) => {
    now = Math.max(0, Math.min(last, to));
    const scale = chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    if (range && (now < range.from || now > range.to)) {
      const half = (range.to - range.from) / 2;
      scale.setVisibleLogicalRange({ from: now - half, to: now + half });
    }
    const part = drawn.find((each) => each.series.time.includes(times[now])) ?? drawn[0];
    const value = part.series.columns[part.column]?.[part.series.time.indexOf(times[now])];
    if (Number.isFinite(value)) chart.setCrosshairPosition(value, times[now], part.part);
    at(times[now]);
  };
  const keys = {
    ArrowLeft: () => go(now - 1), ArrowRight: () => go(now + 1), ArrowDown: () => go(now - 1), ArrowUp: () => go(now + 1),
    PageUp: () => go(now + 10), PageDown: () => go(now - 10), Home: () => go(0), End: () => go(last),
    "+": () => zoom(chart, 0.7), "=": () => zoom(chart, 0.7), "-": () => zoom(chart, 1 / 0.7), 0: () => chart.timeScale().fitContent(),
  };
  host.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  host.addEventListener("blur", () => {
    chart.clearCrosshairPosition();
    at(null);
  });
  at(null);
  return { at };
}

function buttons(chart, times) {
  const button = (text, label, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quiet";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", press);
    return made;
  };
  if (times.length <= SMALLEST) return [];
  return [
    button("+", "Zoom in", () => zoom(chart, 0.7)),
    button("−", "Zoom out", () => zoom(chart, 1 / 0.7)),
    button("All", "Show all bars", () => chart.timeScale().fitContent()),
  ];
}

function zoom(chart, factor) {
  const scale = chart.timeScale();
  const range = scale.getVisibleLogicalRange();
  if (!range) return;
  const wide = Math.max(SMALLEST, (range.to - range.from) * factor);
  const middle = range.to - (range.to - range.from) / 2;
  scale.setVisibleLogicalRange({ from: middle - wide / 2, to: middle + wide / 2 });
}
