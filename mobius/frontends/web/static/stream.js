// One question as a stream of events. A dropped stream is taken up where it broke: nothing is lost, nothing comes twice.
const KINDS = ["stage", "answer", "card", "problem", "done"];
const TRIES = 6;
const SILENT_MS = 30000;

/**
 * Ask `question`; `on.stage(data)`, `on.card(html)`, `on.waiting(tries)` and `on.failed(error)` are told what happens.
 * Exactly one of `card` and `failed` ends it. Returns a function that gives up.
 */
export function ask(question, on) {
  let source = null;
  let timer = 0;
  let last = ""; // id of the last event taken, `<stream>:<n>`
  const name = `page-${[...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36)).join("")}`;
  let answerId = null;
  let tries = 0;
  let over = false;

  const end = (tell) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    removeEventListener("online", now);
    source?.close();
    tell?.();
  };
  const watchdog = () => {
    clearTimeout(timer);
    timer = setTimeout(dropped, SILENT_MS);
  };
  const open = () => {
    clearTimeout(timer);
    source?.close();
    // The stream is named here: one that broke before its first event is found again, and nothing is asked twice.
    const query = last ? { resume: last } : { question, stream: name };
    source = new EventSource(`/v1/stream?${new URLSearchParams(query)}`);
    for (const kind of KINDS) source.addEventListener(kind, take);
    source.addEventListener("error", dropped);
    watchdog();
  };
  const take = (event) => {
    if (over || event.currentTarget !== source || !isNew(event.lastEventId)) return;
    last = event.lastEventId || last;
    tries = 0;
    watchdog();
    if (event.type === "stage") on.stage?.(read(event.data));
    if (event.type === "answer") answerId = read(event.data)?.id ?? answerId;
    if (event.type === "problem") end(() => on.failed(read(event.data)?.error));
    if (event.type === "card") end(() => on.card(event.data));
    if (event.type === "done") end(() => fetchCard()); // done, and no card came
  };
  const isNew = (id) => {
    const [stream, n] = parts(id);
    const [known, most] = parts(last);
    return !id || stream !== known || n > most;
  };
  const dropped = () => {
    if (over) return;
    const refused = source?.readyState === EventSource.CLOSED;
    source?.close();
    clearTimeout(timer);
    tries += 1;
    if (refused && last && answerId) return end(() => fetchCard()); // the stream is forgotten, its answer is kept
    if (refused && last) last = ""; // forgotten before there was an answer: it is asked again
    else if (refused && tries === 1) return end(() => post()); // never begun: another way tells why
    if (tries > TRIES) return end(() => on.failed({ message: "Möbius does not answer.", hint: "Is it still running?" }));
    on.waiting?.(tries);
    timer = setTimeout(open, Math.min(5000, 60 * 2 ** tries) * (0.75 + Math.random() / 2));
  };
  const now = () => over || source?.readyState === EventSource.OPEN || open();
  const fetchCard = () => (answerId ? cardOf(answerId).then(on.card, on.failed) : post());
  const post = () => posted(question).then(on.card, on.failed);

  addEventListener("online", now);
  open();
  return () => end();
}

/** The card of a kept answer, as HTML. Rejects with what to tell. */
export async function cardOf(id) {
  return (await reply(fetch(`/fragments/answers/${encodeURIComponent(id)}`))).text();
}

async function posted(question) {
  const asked = fetch("/v1/ask", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ question }),
  });
  return cardOf((await (await reply(asked)).json()).id);
}

/** A good reply, or what to tell: the error's own words where it is one of ours. */
export async function reply(fetching) {
  let got;
  try {
    got = await fetching;
  } catch {
    throw { message: "Möbius does not answer.", hint: "Is it still running?" };
  }
  if (got.ok) return got;
  const body = await got.json().catch(() => null);
  throw body?.error?.message ? body.error : { message: `Not answered: status ${got.status}.`, status: got.status };
}

function parts(id) {
  const at = id.lastIndexOf(":");
  return [id.slice(0, at), Number(id.slice(at + 1))];
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
