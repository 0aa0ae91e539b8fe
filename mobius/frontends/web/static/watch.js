// The live strip: prices of the watchlist over a WebSocket. A text is only touched when it reads differently.
import { age, hear } from "./clock.js";
import { say } from "./cards.js";

const MOST = 20;
const strip = document.querySelector(".watch");
const ticks = document.getElementById("ticks");
const state = document.getElementById("watch-state");
const form = document.getElementById("watch-form");
const edit = document.getElementById("watch-edit");
const field = document.getElementById("watch-add");
let assets = [];
let socket = null;
let tries = 0;
let timer = 0;
let newest = null;
let added = null; // the asset just added, until the server has taken it

const wanted = (text) => text.trim().toUpperCase().replace(/[^A-Z0-9.-]/g, "").slice(0, 20);

function load() {
  try {
    const kept = JSON.parse(localStorage.getItem("mobius.watch") ?? "null");
    if (Array.isArray(kept)) return kept.filter((item) => typeof item === "string").map(wanted).filter(Boolean).slice(0, MOST);
  } catch {
    // the first list it is
  }
  return strip.dataset.watch.split(",").map(wanted).filter(Boolean);
}

function store(list) {
  assets = [...new Set(list)].slice(0, MOST);
  try {
    localStorage.setItem("mobius.watch", JSON.stringify(assets));
  } catch {
    // it lasts as long as the page
  }
}

function keep(list) {
  store(list);
  draw();
  connect();
}

// ------------------------------------------------------------------------------------------------------------ the socket

function connect() {
  clearTimeout(timer);
  if (socket) {
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
    socket = null;
  }
  if (!assets.length) return tell("nothing watched");
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/v1/watch?assets=${assets.map(encodeURIComponent).join(",")}`);
  socket.onmessage = (event) => {
    tries = 0;
    added = null;
    let message;
    try {
      message = JSON.parse(event.data);
    } catch {
      return;
    }
    takeAll(message);
  };
  socket.onclose = () => {
    if (added) return refuse();
    tries += 1;
    tell(newest ? `paused, prices of ${age(newest)}` : "not connected, trying again");
    timer = setTimeout(connect, Math.min(30000, 500 * 2 ** tries) * (0.75 + Math.random() / 2));
  };
  return undefined;
}

/** The asset just added closed the socket: it is not known here, and the list goes back to what it was. */
function refuse() {
  const name = added;
  added = null;
  keep(assets.filter((each) => each !== name));
  note(`${name} is not known here.`);
}

/** One message: the whole list, `[{asset, name, price, change_24h, source, how, as_of, now, simulated}]`, or an error. */
function takeAll(rows) {
  if (rows?.error?.message) return tell(rows.error.message);
  if (!Array.isArray(rows)) return undefined;
  if (rows[0]?.now) hear(rows[0].now, true);
  rename(rows.map((row) => String(row.asset)));
  for (const row of rows) take(row);
  const instants = rows.map((row) => Date.parse(row.as_of)).filter(Number.isFinite);
  if (instants.length) newest = Math.max(...instants);
  return fresh();
}

/** The server's names for what was typed ("bitcoin" is BTC) take their places in the list. */
function rename(told) {
  if (!told.length || assets.every((asset) => told.includes(asset))) return;
  const others = told.filter((asset) => !assets.includes(asset));
  store(assets.map((asset) => (told.includes(asset) ? asset : others.shift())).filter(Boolean));
  draw();
}

function fresh() {
  if (newest) tell(`live, ${age(newest)}`);
}

const tickOf = (asset) => ticks.querySelector(`[data-asset="${CSS.escape(String(asset))}"] .tick`);

/** Figures are `{value, unit, text, reason}`; an unknown one has no value. */
function take(row) {
  const tick = tickOf(row.asset);
  if (!tick) return;
  const value = row.price.value;
  const shownPrice = tick.querySelector(".price");
  if (shownPrice.textContent !== row.price.text) {
    const before = tick.dataset.value;
    shownPrice.textContent = row.price.text;
    if (before && value !== null && value !== Number(before)) mark(tick, value > Number(before));
  }
  if (value !== null) tick.dataset.value = String(value);
  const shownChange = tick.querySelector(".change");
  if (shownChange.textContent !== row.change_24h.text) {
    const change = row.change_24h.value ?? 0;
    shownChange.textContent = row.change_24h.text;
    shownChange.className = `change${change > 0 ? " up" : change < 0 ? " down" : ""}`;
  }
  tick.account = account(row);
}

/** The last move in a sign and a word: it stays until the next. */
function mark(tick, rose) {
  const moved = tick.querySelector(".moved");
  moved.textContent = rose ? "▲" : "▼";
  moved.className = `moved ${rose ? "up" : "down"}`;
  moved.setAttribute("aria-label", rose ? "rose last" : "fell last");
}

/** What the popover says of a price. */
function account(row) {
  const item = document.createElement("div");
  const exact = (figure) => (figure.value === null ? `unknown: ${figure.reason ?? ""}` : `${figure.value} ${figure.unit}`);
  const source = row.source === "mobius" ? "Möbius" : row.source;
  const lines = [
    [row.asset, [row.name, row.simulated ? "SIMULATED" : ""].filter(Boolean).join(" · ")],
    ["price", exact(row.price)],
    ["source", [source, row.how].filter(Boolean).join(": ")],
    ["as of", row.as_of && `${new Date(row.as_of).toISOString().slice(0, 19).replace("T", " ")} UTC`],
    ["24 h", row.change_24h.value === null ? exact(row.change_24h) : row.change_24h.text],
  ];
  const list = document.createElement("dl");
  list.className = "account";
  for (const [name, text] of lines) {
    if (!text) continue;
    const pair = list.appendChild(document.createElement("div"));
    pair.appendChild(document.createElement("dt")).textContent = name;
    pair.appendChild(document.createElement("dd")).textContent = text;
  }
  item.append(list);
  return item;
}

function note(text) {
  document.getElementById("watch-note").textContent = text;
  say(text);
}

function tell(text) {
  if (state.textContent !== text) state.textContent = text;
}

// ------------------------------------------------------------------------------------------------------------- the list

function draw() {
  const known = new Map([...ticks.children].map((item) => [item.dataset.asset, item]));
  ticks.replaceChildren(...assets.map((asset) => known.get(asset) ?? item(asset)));
  for (const button of ticks.querySelectorAll(".remove")) button.hidden = form.hidden;
}

function item(asset) {
  const row = document.createElement("li");
  row.dataset.asset = asset;
  const tick = row.appendChild(document.createElement("a"));
  tick.className = "tick";
  tick.href = `/?q=${encodeURIComponent(asset)}`;
  tick.dataset.ask = asset;
  for (const [name, text] of [["name", asset], ["price", "…"], ["change", ""], ["moved", ""]]) {
    const part = tick.appendChild(document.createElement("span"));
    part.className = name;
    part.textContent = text;
    if (name === "moved") part.setAttribute("role", "img"), part.setAttribute("aria-label", "no move yet");
    tick.append(" ");
  }
  const remove = row.appendChild(document.createElement("button"));
  remove.type = "button";
  remove.className = "remove";
  remove.textContent = "Remove";
  remove.setAttribute("aria-label", `Remove ${asset}`);
  remove.hidden = form.hidden;
  remove.addEventListener("click", () => {
    keep(assets.filter((each) => each !== asset));
    say(`${asset} removed.`);
    field.focus();
  });
  return row;
}

export function startWatch() {
  assets = load();
  strip.hidden = false;
  draw();
  connect();
  edit.addEventListener("click", () => {
    form.hidden = !form.hidden;
    edit.setAttribute("aria-expanded", String(!form.hidden));
    edit.textContent = form.hidden ? "Edit" : "Done";
    draw();
    if (!form.hidden) field.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asset = wanted(field.value);
    if (!asset) return undefined;
    field.value = "";
    if (assets.includes(asset)) return note(`${asset} is watched already.`);
    added = asset;
    keep([...assets, asset]);
    return note(`${asset} added.`);
  });
  addEventListener("storage", (event) => {
    if (event.key !== "mobius.watch") return;
    assets = load();
    draw();
    connect();
  });
  setInterval(() => socket?.readyState === WebSocket.OPEN && fresh(), 5000);
}
