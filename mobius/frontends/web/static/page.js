// The page: what a person types and clicks, brought to the parts that do it. Without it the forms and links still work.
import { askNew, modified, openCard, restore } from "./cards.js";
import { keepAges } from "./clock.js";
import "./provenance.js";
import { startWatch } from "./watch.js";

const form = document.getElementById("ask");
const field = document.getElementById("q");
const earlier = document.getElementById("earlier");
const history = document.getElementById("history");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = field.value.trim();
  if (!question) return field.focus();
  document.getElementById("problem")?.remove();
  askNew(question);
  if (matchMedia("(pointer: coarse)").matches) field.blur(); // the keyboard on the screen would cover the answer
  else field.select();
  return undefined;
});

document.addEventListener("click", (event) => {
  if (modified(event)) return;
  const asked = event.target.closest("[data-ask]");
  const opened = event.target.closest("[data-open]");
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  if (!asked && !opened) return;
  event.preventDefault();
  if (asked) {
    field.value = asked.dataset.ask;
    askNew(asked.dataset.ask);
  } else openCard(opened.dataset.open);
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
    field.select();
  }
  if (event.key === "Escape") {
    const menu = event.target.closest?.("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

async function readHistory() {
  try {
    const got = await fetch("/fragments/history");
    if (got.ok) history.innerHTML = await got.text();
  } catch {
    // the list stays as it was
  }
}

document.addEventListener("answered", () => earlier.open && readHistory());
earlier.addEventListener("toggle", () => earlier.open && readHistory());

restore();
startWatch();
keepAges();
