// What was seen today, for where there is no network: encrypted, for one person, for one day.
// Link, light and verdict of accesses alone; never rows of people (MAC addresses, leases, CPEs) and
// never an address. The key is made when somebody has logged in, cannot be exported, and goes with
// them; whoever logs in after another finds nothing.

const DAY = 24 * 60 * 60 * 1000;
const MOST = 500;
const root = document.documentElement.dataset;
const base = root.base ?? "";
const can = "serviceWorker" in navigator && window.isSecureContext && "indexedDB" in window;

function asked(request) {
  return new Promise((good, bad) => {
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error);
  });
}

function opened() {
  const request = indexedDB.open("techinfo", 1);
  request.onupgradeneeded = () => {
    for (const name of ["keys", "kept", "notes"]) request.result.createObjectStore(name, { keyPath: "id" });
  };
  return asked(request);
}

async function inStore(name, mode, work) {
  const database = await opened();
  try {
    return await work(database.transaction(name, mode).objectStore(name));
  } finally {
    database.close();
  }
}

const all = (name) => inStore(name, "readonly", (store) => asked(store.getAll()));
const put = (name, row) => inStore(name, "readwrite", (store) => asked(store.put(row)));
const drop = (name, id) => inStore(name, "readwrite", (store) => asked(store.delete(id)));

export async function forgetAll() {
  for (const name of ["keys", "kept", "notes"]) await inStore(name, "readwrite", (store) => asked(store.clear()));
}

async function held() {
  const [row] = await all("keys");
  return row;
}

// The key of whoever is logged in; what another has left is erased before one is made.
async function keyOf(user) {
  const row = await held();
  if (row && row.user === user) return row.key;
  await forgetAll();
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await put("keys", { id: "key", user, key });
  return key;
}

async function sealed(key, id, told) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(told)));
  return { id, at: Date.now(), iv, data };
}

async function unsealed(key, row) {
  const data = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key, row.data);
  return JSON.parse(new TextDecoder().decode(data));
}

async function tidied() {
  const rows = (await all("kept")).sort((one, other) => other.at - one.at);
  const now = Date.now();
  for (const [place, row] of rows.entries()) {
    if (place >= MOST || now - row.at > DAY) await drop("kept", row.id);
  }
}

export async function keep(user, told) {
  await put("kept", await sealed(await keyOf(user), told.accessId, told));
  await tidied();
}

async function taken() {
  const row = await held();
  if (!row) return [];
  await tidied();
  const found = [];
  for (const one of await all("kept")) found.push({ at: one.at, ...(await unsealed(row.key, one)) });
  return found.sort((one, other) => one.accessId.localeCompare(other.accessId));
}

// Notes are tickets that could not be sent; each has a key of its own, so that none is sent twice.
async function noted(accessId, text) {
  const row = await held();
  if (!row) return;
  const id = crypto.randomUUID();
  await put("notes", await sealed(row.key, id, { accessId, text }));
}

async function sendNotes(user, tries = 0) {
  const row = await held();
  if (!row || row.user !== user) return;
  for (const one of await all("notes")) {
    const note = await unsealed(row.key, one);
    const answer = await ticketed(one.id, user, note);
    if (answer?.ok) {
      await drop("notes", one.id);
      say(root.sent.replace("%s", note.accessId));
    } else if (!answer || answer.status >= 500 || answer.status === 429) {
      setTimeout(unlessLeft, waiting(answer, tries), () => sendNotes(user, tries + 1));
      return;
    } else {
      if (answer.status !== 401) say(root.unsent.replace("%s", note.accessId));
      return;
    }
  }
}

// The answer; undefined: there was none.
async function ticketed(key, user, note) {
  const body = {
    accessId: note.accessId, createdBy: user, heading: note.text.split("\n")[0].slice(0, 100),
    description: note.text, problemType: "OTHER",
  };
  try {
    const answer = await fetch("/2.6/tickets", {
      method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": key }, body: JSON.stringify(body),
    });
    await answer.text();
    return answer;
  } catch {
    return undefined;
  }
}

// How long it is until the next try: as long as the service says, else each time twice as long.
const SOON = 15 * 1000;
const LONG = 10 * 60 * 1000;

function waiting(answer, tries) {
  const told = answer?.headers.get("Retry-After") ?? "";
  if (/^[0-9]{1,5}$/.test(told)) return told * 1000;
  return Math.min(SOON * 2 ** tries, LONG) * (1 + Math.random());
}

function say(text) {
  const line = document.createElement("p");
  line.className = "good";
  line.setAttribute("role", "status");
  line.textContent = text;
  document.getElementById("content").prepend(line);
}

// --- with a network -------------------------------------------------------------------------------

async function seen() {
  const user = root.user;
  const here = document.querySelector("[data-keep]");
  if (here) {
    await keep(user, JSON.parse(here.dataset.keep));
    root.kept = "";
  }
  const along = document.querySelector("[data-along]");
  if (along) {
    along.hidden = false;
    along.addEventListener("click", () => takeAlong(user, along));
  }
  await sendNotes(user);
}

let leaving = false;

// Who leaves a page aborts what it was writing.
async function unlessLeft(work) {
  try {
    await work();
  } catch (error) {
    if (!leaving) throw error;
  }
}

// A page that is left writes no more: what was kept is erased first, then the form is sent.
async function logOut(event) {
  event.preventDefault();
  try {
    await forgetAll();
  } finally {
    event.target.submit();
  }
}

async function takeAlong(user, button) {
  button.disabled = true;
  const accessIds = JSON.parse(button.dataset.along);
  const answer = await fetch("/techinfo/v1/batch", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ accessIds }),
  });
  const told = answer.ok ? (await answer.json()).accesses : [];
  const places = JSON.parse(button.dataset.places);
  let count = 0;
  for (const [place, one] of told.entries()) {
    const report = one.access ?? (one.code === "not_read" && (await readNow(one.accessId)));
    if (!report) continue;
    await keep(user, reduced(report, places[report.accessId] ?? {}));
    count += 1;
    button.textContent = `${place + 1} / ${told.length}`;
  }
  button.disabled = false;
  button.textContent = button.dataset.done.replace("%s", count);
}

// Of what nobody has read lately the switch is asked, one port after the other.
async function readNow(accessId) {
  const answer = await fetch(`/techinfo/v1/access/${encodeURIComponent(accessId)}`);
  return answer.ok && answer.json();
}

// Link, light and verdict of a report; nothing of people.
function reduced(report, place) {
  const status = report.status ?? {};
  const optic = status.transceiver ?? {};
  const verdict = report.diagnosis?.text?.[document.documentElement.lang] ?? "";
  return {
    accessId: report.accessId, element: place.element, port: place.port, outlet: place.outlet,
    link: status.link, adminDown: status.adminDown, since: status.linkSince, speed: status.linkSpeed,
    received: optic.dbmRx, sent: optic.dbmTx, verdict, readAt: report.parts?.status?.readAt ?? null,
  };
}

// --- without one ----------------------------------------------------------------------------------

function cell(list, label, text) {
  if (text === undefined || text === null || text === "") return;
  const row = document.createElement("div");
  const term = document.createElement("dt");
  const value = document.createElement("dd");
  term.textContent = label;
  value.textContent = text;
  row.append(term, value);
  list.append(row);
}

function ago(at) {
  const minutes = Math.round((at - Date.now()) / 60000);
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  return minutes > -60 ? words.format(minutes, "minute") : words.format(Math.round(minutes / 60), "hour");
}

function card(shell, told) {
  const clone = shell.querySelector("template").content.cloneNode(true);
  const words = shell.dataset;
  const state = told.link === true ? "up" : told.link === false ? "down" : "unknown";
  clone.querySelector("h2").textContent = told.accessId;
  clone.querySelector(".age").textContent = words.read.replace("%s", ago(told.readAt ? Date.parse(told.readAt) : told.at));
  clone.querySelector(".state").classList.add(state);
  clone.querySelector(".words").textContent = words[state];
  clone.querySelector(".judged").textContent = told.verdict ?? "";
  const list = clone.querySelector("dl");
  cell(list, words.place, [told.element, told.port].filter(Boolean).join(" "));
  cell(list, words.outlet, told.outlet);
  cell(list, words.received, told.received && `${told.received} dBm`);
  cell(list, words.sent, told.sent && `${told.sent} dBm`);
  cell(list, words.speed, told.speed && `${told.speed} Mbit/s`);
  const form = clone.querySelector("form");
  const field = form.querySelector("textarea");
  field.id = `note-${told.accessId}`;
  form.querySelector("label").htmlFor = field.id;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!field.value.trim()) return;
    await noted(told.accessId, field.value.trim());
    field.value = "";
    say(words.noted);
  });
  return clone;
}

async function show(shell) {
  const every = await taken();
  const here = /\/a\/([^/]+)\/?$/.exec(location.pathname);
  const one = here && every.filter((told) => told.accessId === decodeURIComponent(here[1]));
  const shown = one && one.length ? one : every;
  document.getElementById("kept").replaceChildren(...shown.map((told) => card(shell, told)));
  document.getElementById("nothing").hidden = shown.length > 0;
  if (here && !one.length) document.getElementById("not-this").hidden = false;
}

// A network may be said to be there before this host can be reached; and who is on the way to
// another page is not called back to this one.
const LEAVING = 30 * 1000;
let leftAt = -Infinity;

async function comeBack() {
  try {
    await (await fetch(`${base}/offline`, { cache: "no-store" })).text();
  } catch {
    setTimeout(comeBack, 2000);
    return;
  }
  if (performance.now() - leftAt > LEAVING) location.reload();
  else setTimeout(comeBack, 2000);
}

// --- both -----------------------------------------------------------------------------------------

if (can) {
  const shell = document.getElementById("offline");
  if (shell) {
    window.addEventListener("beforeunload", () => { leftAt = performance.now(); });
    await show(shell);
    root.shown = "";
    if (navigator.onLine) setTimeout(comeBack, 2000);  // it came back while the shell was loaded, or the host is gone
    else window.addEventListener("online", comeBack, { once: true });
  } else {
    navigator.serviceWorker.register(root.worker, { scope: `${base}/` });
    document.querySelector("[data-logout]")?.addEventListener("submit", logOut);
    window.addEventListener("pagehide", () => { leaving = true; });
    if (root.user) await unlessLeft(seen);
  }
}
