// The world's time and how long ago things were. The words are those of the answers (core/words.py, `age`).
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December"];
const pad = (number) => String(number).padStart(2, "0");
let offsetMs = null;

/**
 * Take an instant that the server called now: a world's clock may differ from this machine's, be faster, or jump. What was
 * made a while ago, such as a card of a stream taken up again, may only move the time on; `fresh` news set it.
 */
export function hear(instant, fresh = false) {
  const told = Date.parse(instant) - Date.now();
  if (Number.isFinite(told) && (fresh || offsetMs === null || told > offsetMs)) offsetMs = told;
}

export function worldNow() {
  return Date.now() + (offsetMs ?? 0);
}

export function day(ms) {
  const date = new Date(ms);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

export function dayAndTime(ms) {
  const date = new Date(ms);
  return `${day(ms)} ${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())} UTC`;
}

export function age(ms, now = worldNow()) {
  const seconds = (now - ms) / 1000;
  if (!Number.isFinite(seconds)) return "of unknown age";
  if (seconds < -90 || seconds >= 86400) return dayAndTime(ms);
  if (seconds < 1.5) return "now";
  if (seconds < 100) return `${Math.round(seconds)} s ago`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min ago`;
  return `${Math.round(seconds / 3600)} h ago`;
}

/** Keep every shown age true; a text is only touched when it reads differently. */
export function keepAges(everyMs = 5000) {
  const write = () => {
    for (const time of document.querySelectorAll("time.age")) {
      const text = age(Date.parse(time.dateTime));
      if (time.textContent !== text) time.textContent = text;
    }
  };
  setInterval(write, everyMs);
  document.addEventListener("visibilitychange", () => document.hidden || write());
}
