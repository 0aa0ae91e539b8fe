// Answers as cards: putting them on the page, refreshing, pinning, linking, and finding them again after a reload.
import { hear } from "./clock.js";
import { mountCharts, unmountCharts } from "./charts.js";
import { ask, cardOf } from "./stream.js";

const MOST_CARDS = 30;
const list = document.getElementById("answers");
const said = document.getElementById("said");

/** Tell those who listen rather than look. */
export function say(text) {
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = text));
}

const cards = () => [...list.querySelectorAll("article[data-answer]")];
const cardWith = (id) => cards().find((card) => card.dataset.answer === id);
const head = (card) => card.querySelector("h2");
const headline = (card) => head(card).textContent.replace(/\s+/g, " ").trim();

function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("article");
}

/** What a card that the server wrote needs to come alive. */
export function enliven(card) {
  hear(card.dataset.now);
  for (const figure of card.querySelectorAll("a.fig[title]")) figure.removeAttribute("title"); // the popover says it
  for (const item of card.querySelectorAll(".actions > li[hidden], .close[hidden]")) item.hidden = false;
  showPin(card);
  mountCharts(card);
}

// ------------------------------------------------------------------------------------------------------------- asking

/** Ask, with a card that tells how far it is; the answer takes its place. */
export function askNew(question) {
  const pending = document.createElement("article");
  pending.className = "card pending";
  pending.setAttribute("aria-busy", "true");
  const asked = pending.appendChild(document.createElement("p"));
  asked.className = "asked";
  asked.dir = "auto";
  asked.textContent = question.length > 280 ? `${question.slice(0, 279)}…` : question;
  const stage = pending.appendChild(document.createElement("h2"));
  stage.className = "stage";
  stage.textContent = "Reading the question";
  list.prepend(pending);
  scrollTo(pending);
  ask(question, {
    stage: (data) => (stage.textContent = stageWords(data)),
    waiting: () => (stage.textContent = "The connection broke; taking it up again"),
    card: (html) => {
      const card = made(html);
      if (!card) return problem(pending, question, { message: "The answer could not be read." });
      cardWith(card.dataset.answer)?.remove(); // two ways to one answer are still one answer
      pending.replaceWith(card);
      enliven(card);
      trim();
      remember();
      say(`Answer: ${headline(card)}`);
      document.dispatchEvent(new Event("answered"));
    },
    failed: (error) => problem(pending, question, error),
  });
}

const STAGES = {
  understanding: "Reading the question", running: "Asking the sources",
};

function stageWords(data) {
  const name = typeof data === "string" ? data : (data?.stage ?? data?.name);
  return STAGES[name] ?? "Working on it";
}

function problem(pending, question, error) {
  const box = document.createElement("article");
  box.className = "card problem";
  const asked = box.appendChild(document.createElement("p"));
  asked.className = "asked";
  asked.dir = "auto";
  asked.textContent = question.slice(0, 280);
  box.appendChild(document.createElement("h2")).textContent = error?.message ?? "Not answered.";
  if (error?.hint) box.appendChild(document.createElement("p")).textContent = error.hint;
  const again = box.appendChild(document.createElement("button"));
  again.type = "button";
  again.textContent = "Try again";
  again.addEventListener("click", () => {
    box.remove();
    askNew(question);
  });
  pending.replaceWith(box);
  say(`Not answered: ${error?.message ?? ""}`);
}

/** Ask a card's question again; what changed is marked with what it was. */
function refresh(card, control) {
  if (card.getAttribute("aria-busy") === "true") return;
  card.setAttribute("aria-busy", "true");
  const label = control.textContent;
  control.textContent = "Refreshing";
  const done = () => {
    card.removeAttribute("aria-busy");
    control.textContent = label;
  };
  ask(card.dataset.question, {
    card: (html) => {
      const fresh = made(html);
      if (!fresh) return done();
      const changed = markChanges(card, fresh);
      swap(card, fresh);
      fresh.querySelector('[data-do="refresh"]')?.focus({ preventScroll: true });
      say(changed ? `Refreshed, ${changed} changed. ${headline(fresh)}` : "Refreshed: nothing changed.");
      document.dispatchEvent(new Event("answered"));
    },
    failed: (error) => {
      done();
      note(card, `Not refreshed: ${error?.message ?? "no answer"}`);
    },
  });
}

function swap(card, fresh) {
  const pins = pinned();
  const at = pins.indexOf(card.dataset.answer);
  if (at >= 0) store(localStorage, "mobius.pins", pins.with(at, fresh.dataset.answer));
  unmountCharts(card);
  card.replaceWith(fresh);
  enliven(fresh);
  remember();
}

/** Write beside each figure that reads differently what it was. Returns how many. */
function markChanges(before, after) {
  const key = (figure, seen) => {
    const name = figure.dataset.fact;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return `${name} ${seen.get(name)}`;
  };
  const old = new Map();
  const seenBefore = new Map();
  for (const figure of before.querySelectorAll("a.fig")) old.set(key(figure, seenBefore), figure.textContent.trim());
  const seenAfter = new Map();
  let changed = 0;
  for (const figure of after.querySelectorAll("a.fig")) {
    const was = old.get(key(figure, seenAfter));
    if (was === undefined || was === figure.textContent.trim() || figure.querySelector("time")) continue;
    const mark = document.createElement("span");
    mark.className = "was";
    mark.textContent = ` (was ${was})`;
    figure.after(mark);
    changed += 1;
  }
  return changed;
}

function note(card, text) {
  let line = card.querySelector(".note");
  if (!line) {
    line = document.createElement("p");
    line.className = "note dim";
    card.querySelector(":scope > footer").append(line);
  }
  line.textContent = text;
  say(text);
}

// ------------------------------------------------------------------------------------------------ finding cards again

/** Open a kept answer, or go to it where it is open. */
export async function openCard(id) {
  const known = cardWith(id);
  if (known) return goTo(known);
  try {
    const card = made(await cardOf(id));
    list.prepend(card);
    enliven(card);
    trim();
    remember();
    goTo(card);
  } catch (error) {
    say(error?.message ?? "That answer is not kept any more.");
  }
}

/** Bring back what this tab had open, and what is pinned. */
export async function restore() {
  for (const card of cards()) enliven(card);
  const ids = [...new Set([...load(sessionStorage, "mobius.open"), ...pinned()])].filter((id) => !cardWith(id));
  const found = await Promise.all(
    ids.slice(0, MOST_CARDS).map((id) => cardOf(id).then(made, (error) => (error?.status === 404 || error?.kind ? id : null))),
  );
  for (const card of found) {
    if (card instanceof Element && !cardWith(card.dataset.answer)) {
      list.append(card);
      enliven(card);
    }
  }
  const gone = new Set(found.filter((item) => typeof item === "string"));
  if (gone.size) store(localStorage, "mobius.pins", pinned().filter((id) => !gone.has(id)));
  remember();
}

function remember() {
  store(sessionStorage, "mobius.open", cards().map((card) => card.dataset.answer));
}

function trim() {
  const pins = new Set(pinned());
  for (const card of cards().filter((each) => !pins.has(each.dataset.answer)).slice(MOST_CARDS)) drop(card);
}

function drop(card) {
  unmountCharts(card);
  card.remove();
}

// -------------------------------------------------------------------------------------------------- what a card offers

const pinned = () => load(localStorage, "mobius.pins");

function showPin(card) {
  const button = card.querySelector('[data-do="pin"]');
  const is = pinned().includes(card.dataset.answer);
  button.setAttribute("aria-pressed", String(is));
  button.textContent = is ? "Pinned" : "Pin";
  card.classList.toggle("pinned", is);
}

function pin(card) {
  const id = card.dataset.answer;
  const pins = pinned();
  const is = pins.includes(id);
  store(localStorage, "mobius.pins", is ? pins.filter((each) => each !== id) : [...pins, id]);
  showPin(card);
  say(is ? "No longer pinned." : "Pinned: it stays when the page is opened again.");
}

async function copyLink(card, link) {
  try {
    await navigator.clipboard.writeText(link.href);
    note(card, "Link copied.");
  } catch {
    location.assign(link.href); // no clipboard here: the address bar shows the link
  }
}

function close(card) {
  const next = card.nextElementSibling ?? card.previousElementSibling;
  if (pinned().includes(card.dataset.answer)) pin(card);
  drop(card);
  remember();
  (next?.querySelector("h2") ?? document.getElementById("q")).focus();
  say("Closed; it stays among the earlier questions.");
}

list.addEventListener("click", (event) => {
  const control = event.target.closest("[data-do]");
  if (!control || modified(event)) return;
  const card = control.closest("article");
  const does = { refresh: () => refresh(card, control), pin: () => pin(card), link: () => copyLink(card, control),
    close: () => close(card) }[control.dataset.do];
  if (!does) return;
  event.preventDefault();
  does();
});

addEventListener("storage", (event) => {
  if (event.key === "mobius.pins") for (const card of cards()) showPin(card);
});

/** A click that asks for a new tab or window is the browser's own. */
export function modified(event) {
  return event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button > 0;
}

function goTo(card) {
  scrollTo(card);
  head(card).focus({ preventScroll: true });
}

function scrollTo(card) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  card.scrollIntoView({ block: "nearest", behavior: calm ? "instant" : "smooth" });
}

function load(area, key) {
  try {
    const value = JSON.parse(area.getItem(key) ?? "[]");
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  } catch {
    return [];
  }
}

function store(area, key, value) {
  try {
    area.setItem(key, JSON.stringify(value));
  } catch {
    // storage is full or forbidden: nothing is kept beyond this page
  }
}
