// Link and light of an access as they are read, while somebody moves a connector: server-sent events
// of the public API. They are fetched and not an EventSource, which can name no case, hides why it
// was refused, and would begin again by itself.
const card = document.querySelector("[data-live]");
const SELDOM_S = 60;
const LOWEST_DBM = -40;

function events(card) {
  const words = JSON.parse(card.dataset.words);
  const at = (name) => card.querySelector(`[data-${name}]`);
  const [begin, stop, sound] = ["begin", "stop", "sound"].map(at);
  let running = null; // its AbortController
  let lock = null;
  let audio = null;
  let range = null;
  let value = null; // the sensor's, and since when it is the same

  const say = (text) => { at("message").textContent = text; };

  async function keepAwake() {
    if (!running || document.visibilityState !== "visible") return;
    try {
      const asked = running;
      const got = await navigator.wakeLock?.request("screen");
      if (running === asked) lock = got;
      else got?.release();
    } catch { /* a browser may refuse, with a weak battery for one */ }
  }

  function tone(dbm) {
    if (!audio || dbm === null) return;
    const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
    const share = Math.min(Math.max((dbm - LOWEST_DBM) / -LOWEST_DBM, 0), 1);
    oscillator.frequency.value = 200 * 2 ** (3 * share);
    card.dataset.tone = Math.round(oscillator.frequency.value);
    gain.gain.setValueAtTime(0.1, audio.currentTime);
    gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.5);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start();
    oscillator.stop(audio.currentTime + 0.5);
  }

  function age(told, text) {
    const now = Date.parse(told.at);
    if (!value || value.text !== text) value = { text, since: now, first: value === null };
    const seconds = Math.round((now - value.since) / 1000);
    const known = value.first ? words.steady.replace("%s", `≥ ${seconds}`) : words.steady.replace("%s", seconds);
    const every = told.lightEvery;
    const rate = every >= SELDOM_S ? words.slow.replace("%s", every) : seconds >= SELDOM_S ? words.seldom : "";
    at("age").textContent = [seconds ? known : value.first ? "" : words.changed, rate].join(" ").trim();
  }

  function reading(told) {
    const dbm = told.dbmRx === undefined ? null : Number(told.dbmRx);
    const state = told.link === true ? "up" : told.link === false ? "down" : "unknown";
    const text = dbm !== null ? `${told.dbmRx} dBm` : told.noLight ? words.dark : words.none;
    at("shown").hidden = false;
    at("shown").className = state;
    at("light").textContent = text;
    at("link").textContent = words[state];
    card.querySelector("meter").value = dbm ?? LOWEST_DBM;
    if (dbm !== null) {
      range = range ? [Math.min(range[0], dbm), Math.max(range[1], dbm)] : [dbm, dbm];
      at("lowest").textContent = `${range[0].toFixed(2)} dBm`;
      at("highest").textContent = `${range[1].toFixed(2)} dBm`;
    }
    if (dbm !== null || told.noLight) age(told, text);
    tone(dbm);
  }

  function told(kind, body) {
    if (kind === "reading") { say(""); reading(body); }
    if (kind === "silent") say(body.cause);
    if (kind === "end") { say(`${words.ended} ${body.code ? body.cause : ""}`.trim()); return true; }
    return false;
  }

  // Events are parted by an empty line; each has one line `event:` and one `data:` (HTML, 9.2).
  async function follow(body) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    let ended = false;
    for (;;) {
      const { value: piece, done } = await reader.read();
      if (done) return ended;
      const blocks = (text + decoder.decode(piece, { stream: true })).split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const found = /^event: (\w+)\ndata: (.*)$/.exec(block);
        if (found) ended = told(found[1], JSON.parse(found[2])) || ended;
      }
    }
  }

  async function run() {
    const own = new AbortController();
    running = own;
    [range, value] = [null, null];
    for (const name of ["lowest", "highest"]) at(name).textContent = "–";
    begin.hidden = true;
    stop.hidden = sound.hidden = false;
    stop.focus();
    say(words.begun);
    keepAwake();
    const headers = { Accept: "text/event-stream" };
    // A header holds octets; the case may be in any script.
    if (card.dataset.case) headers["X-Case-Reference"] = String.fromCharCode(...new TextEncoder().encode(card.dataset.case));
    try {
      const answer = await fetch(card.dataset.live, { headers, signal: own.signal, cache: "no-store" });
      if (!answer.ok) say((await answer.json()).cause ?? words.lost);
      else if (!await follow(answer.body)) say(words.lost);
    } catch {
      say(own.signal.aborted ? words.ended : words.lost);
    }
    running = null;
    lock?.release();
    lock = null;
    const focused = document.activeElement === stop || document.activeElement === sound;
    begin.hidden = false;
    stop.hidden = sound.hidden = true;
    if (focused) begin.focus();
  }

  begin.addEventListener("click", run);
  stop.addEventListener("click", () => running?.abort());
  sound.addEventListener("click", () => {
    const on = audio === null;
    if (on) audio = new AudioContext();
    else { audio.close(); audio = null; }
    sound.setAttribute("aria-pressed", String(on));
  });
  // The browser lets go of the lock when the page is not seen.
  document.addEventListener("visibilitychange", keepAwake);
  card.hidden = false;
}

if (card) events(card);
