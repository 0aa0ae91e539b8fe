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

function keep(list) {
  assets = [...new Set(list)].slice(0, MOST);
  try {
    localStorage.setItem("mobius.watch", JSON.stringify(assets));
  } catch {
    // it lasts as long as the page
  }
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
    let rows;
    try {
      rows = JSON.parse(event.data);
    } catch {
      return;
    }
    if (Array.isArray(rows)) rows.forEach(take);
    else if (rows?.error?.message) tell(rows.error.message);
  };
  socket.onclose = () => {
    tries += 1;
    tell(newest ? `paused ${age(newest)}; connecting again` : "not connected; trying again");
    timer = setTimeout(connect, Math.min(30000, 500 * 2 ** tries) * (0.75 + Math.random() / 2));
  };
  return undefined;
}

/** One row of a message: `{asset, price, change_24h, as_of, simulated}`, figures as `{value, text}`. */
function take(row) {
  const tick = ticks.querySelector(`[data-asset="${CSS.escape(String(row.asset))}"] .tick`);
  if (!tick) return;
  const price = figure(row.price, row.price_text);
  const change = figure(row.change_24h, row.change_24h_text);
  const shownPrice = tick.querySelector(".price");
  const before = Number(tick.dataset.value);
  if (shownPrice.textContent !== price.text) {
    shownPrice.textContent = price.text;
    if (tick.dataset.value && Number.isFinite(price.value) && price.value !== before) mark(tick, price.value > before);
  }
  if (Number.isFinite(price.value)) tick.dataset.value = String(price.value);
  const shownChange = tick.querySelector(".change");
  if (shownChange.textContent !== change.text) {
    shownChange.textContent = change.text;
    shownChange.className = `change${change.value > 0 ? " up" : change.value < 0 ? " down" : ""}`;
  }
  tick.account = account(row, price, change);
  if (row.as_of) {
    const at = Date.parse(row.as_of);
    if (row.now) hear(row.now);
    newest = Math.max(newest ?? 0, at);
    tell(`live, ${age(newest)}`, newest);
  }
}

function figure(given, text) {
  if (given && typeof given === "object") return { value: Number(given.value ?? NaN), text: given.text ?? "unknown" };
  const value = typeof given === "number" ? given : Number.parseFloat(given ?? "");
  return { value, text: text ?? (given == null ? "unknown" : String(given)) };
}

/** The last move in a sign and a word: it stays until the next. */
function mark(tick, rose) {
  const moved = tick.querySelector(".moved");
  moved.textContent = rose ? "▲" : "▼";
  moved.className = `moved ${rose ? "up" : "down"}`;
  moved.setAttribute("aria-label", rose ? "rose last" : "fell last");
}

/** What the popover says of a price: the server's own account where it comes along. */
function account(row, price, change) {
  const item = document.createElement("div");
  const lines = [
    [row.asset, row.name],
    ["price", [price.text, row.simulated ? "SIMULATED" : ""].filter(Boolean).join(" · ")],
    ["24 h", change.text],
    ["source", [row.source, row.how].filter(Boolean).join(": ") || row.price?.source],
    ["field", row.path],
    ["as of", row.as_of && new Date(row.as_of).toISOString().slice(0, 19).replace("T", " ") + " UTC"],
    ["unknown", row.reason],
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
  for (const [name, text] of [["name", asset], ["price", "…"], ["moved", ""], ["change", ""]]) {
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
    if (!asset) return;
    field.value = "";
    keep([...assets, asset]);
    say(`${asset} added.`);
  });
  addEventListener("storage", (event) => {
    if (event.key !== "mobius.watch") return;
    assets = load();
    draw();
    connect();
  });
  setInterval(() => newest && socket?.readyState === WebSocket.OPEN && tell(`live, ${age(newest)}`), 5000);
}
