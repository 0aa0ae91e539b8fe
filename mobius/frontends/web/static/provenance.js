// Where a figure comes from: one popover for all, shown on hover, focus and tap; the whole derivation in a dialog.
import { modified } from "./cards.js";

const HOVER_MS = 120;
const LEAVE_MS = 250;
const box = document.getElementById("provenance");
const dialog = document.getElementById("derivation");
let shown = null; // the figure it belongs to
let held = false; // shown by a tap or a click: stays until dismissed
let timer = 0;

function show(figure) {
  clearTimeout(timer);
  if (shown === figure) return;
  hide();
  const told = accountOf(figure);
  if (!told) return;
  box.replaceChildren(...told);
  const link = box.querySelector("a[data-why]");
  if (link) link.tabIndex = -1; // by keyboard, Enter on the figure opens the same
  box.hidden = false;
  shown = figure;
  figure.setAttribute("aria-describedby", box.id);
  place(figure);
}

function hide() {
  clearTimeout(timer);
  shown?.removeAttribute("aria-describedby");
  shown = null;
  held = false;
  box.hidden = true;
}

/** The account the card itself holds, below "Where these figures come from"; a price of the strip brings its own. */
function accountOf(figure) {
  const from = figure.closest("article");
  const entry = from && [...from.querySelectorAll("[data-told]")].find((item) => item.dataset.told === figure.dataset.fact);
  const copy = (entry ?? figure.account)?.cloneNode(true);
  return copy ? [...copy.childNodes] : null;
}

function place(figure) {
  const lines = [...figure.getClientRects()];
  const at = lines[0] ?? figure.getBoundingClientRect();
  const below = lines.at(-1) ?? at;
  const gap = 6;
  box.style.left = "";
  box.style.top = "";
  const sheet = matchMedia("(max-width: 30rem)").matches;
  box.classList.toggle("sheet", sheet); // on a phone it lies at the end of the screen where the figure is not
  box.classList.toggle("high", sheet && at.top > innerHeight / 2);
  if (sheet) return;
  const { width, height } = box.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8));
  const room = innerHeight - below.bottom;
  const top = room > height + gap + 8 || at.top < height + gap ? below.bottom + gap : at.top - height - gap;
  box.style.left = `${left + scrollX}px`;
  box.style.top = `${top + scrollY}px`;
}

const figureAt = (event) => event.target.closest?.("a.fig, .tick");

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse" || held) return;
  if (box.contains(event.target)) return clearTimeout(timer);
  const figure = figureAt(event);
  if (figure) {
    clearTimeout(timer);
    timer = setTimeout(show, HOVER_MS, figure);
  }
});
document.addEventListener("pointerout", (event) => {
  if (event.pointerType !== "mouse" || held) return;
  if (!(figureAt(event) || box.contains(event.target))) return;
  clearTimeout(timer);
  timer = setTimeout(() => held || (shown && shown.matches(":focus-visible")) || hide(), LEAVE_MS);
});
document.addEventListener("focusin", (event) => {
  const figure = figureAt(event);
  if (figure && figure.matches(":focus-visible")) show(figure);
  else if (!held && !box.contains(event.target)) hide();
});
document.addEventListener("focusout", (event) => {
  if (figureAt(event) && !held) hide();
});
document.addEventListener("click", (event) => {
  if (modified(event)) return;
  const link = event.target.closest("a[data-why]");
  if (link) {
    event.preventDefault();
    return derive(link.href);
  }
  const figure = event.target.closest("a.fig");
  if (figure) {
    event.preventDefault();
    if (event.detail === 0) return derive(figure.href); // by keyboard
    const again = held && shown === figure;
    show(figure);
    held = true;
    if (again) hide();
    return undefined;
  }
  if (held && !box.contains(event.target)) hide();
  return undefined;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && shown) {
    hide();
    event.preventDefault();
  }
});
addEventListener("resize", () => (shown ? place(shown) : undefined));

// -------------------------------------------------------------------------------------------------------- the dialog

async function derive(href) {
  hide();
  let section = null;
  try {
    const got = await fetch(href);
    if (got.ok) section = new DOMParser().parseFromString(await got.text(), "text/html").getElementById("why");
  } catch {
    // told below
  }
  if (!section) {
    section = document.createElement("section");
    section.appendChild(document.createElement("h1")).id = "derivation-head";
    section.firstChild.textContent = "The derivation could not be had.";
  }
  section.removeAttribute("class");
  const shut = document.createElement("button");
  shut.type = "button";
  shut.className = "shut";
  shut.textContent = "Close";
  shut.addEventListener("click", () => dialog.close());
  dialog.replaceChildren(shut, document.adoptNode(section));
  dialog.querySelector("a[href*='/why']")?.setAttribute("data-why", "");
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // the dark around it
});
