// The counting screen: an echo at once, and words for where things stand. What
// the screen calls registered is on the server's disk; what waits here is called
// waiting. The files desk-*.js hold the parts; this one puts them together.
"use strict";
(async () => {
  const box = document.getElementById("desk-data");
  if (!box) return;
  const { outbox, sound, renderPiles, deskQueue, deskKeys } = Brevstemme;
  const $ = (id) => document.getElementById(id);
  const session = location.pathname.split("/")[2];
  const CHOSEN = `desk-chosen/${session}`; // the election stays the chosen one when the desk reloads itself
  if (session === "skal") return; // the shell under its own address: there is no desk to count at
  const first = JSON.parse(box.dataset.desk);
  const answer = $("scan-answer"), fault = $("scan-error"), state = $("desk-state");
  const lang = document.documentElement.lang, login = $("desk-login");
  login.href = `/skranke/skift?til=${encodeURIComponent("/skranke/" + session)}`;

  // d is the desk: what its parts share.
  const d = {
    session,
    desk: first, // as the server told it last: place, person, elections, tallies, what can be undone
    page: { texts: first.texts, commands: first.commands, kommuner: first.kommuner, version: first.version },
    shell: box.dataset.shell === "true", // the kept page, without a server behind it
    field: document.querySelector("#scan-form input[name=scan]"),
    pending: [], // this session's events that the server does not have yet
    waiting: 0, // such events of every session on this PC
    mode: "online", // online, emergency, login
    since: 0, // when emergency mode began
    chosen: 0, // the election that the next envelope belongs to
    heard: 0, // answers that told the tallies, here or in another tab
    drift: 0, // what this PC's clock must be moved by, ms
    emptied: () => {}, // called when nothing waits any more
    newer: false, // the server runs a newer program than this page
    touched: Date.now(), // last key or tap
    text: (key, ...args) => (d.page.texts[key] || d.desk.texts[key] || key).replace(/\{(\d)\}/g, (_, i) => args[i]),
    now: () => Date.now() + d.drift,
    clock: (ms) => new Date(ms).toLocaleTimeString(lang === "en" ? "en-GB" : "da-DK", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Copenhagen" }).replace(":", lang === "en" ? ":" : "."),
    moment: (ms) => `${new Date(ms).toLocaleDateString(lang === "en" ? "en-GB" : "da-DK", { weekday: "long", day: "numeric", month: "long", timeZone: "Europe/Copenhagen" })} ${d.clock(ms)}`,
    say: (s) => { fault.textContent = ""; answer.textContent = s; },
    complain: (s) => { answer.textContent = ""; fault.textContent = s; sound.refused(); },
    fault: () => fault.textContent,
    make: (tag, props, ...children) => {
      const el = Object.assign(document.createElement(tag), props);
      el.append(...children);
      return el;
    },
  };
  d.canStore = await outbox.start();
  d.device = d.canStore ? await outbox.device() : Brevstemme.newKey();
  d.channel = "BroadcastChannel" in window ? new BroadcastChannel("brevstemme-desk") : null;

  const renderState = () => {
    let s = d.text("online"), m = "";
    if (d.mode === "login") { s = d.text("login_needed", d.waiting); m = "wait"; }
    else if (d.mode === "emergency") { s = d.text("emergency", d.clock(d.since), d.waiting); m = "emergency"; }
    else if (d.waiting > 0) { s = d.text("waiting", d.waiting); }
    else if (d.desk.sentAt) { s = `${d.text("online")} · ${d.text("all_sent", d.clock(d.desk.sentAt))}`; }
    if (d.newer) s += ` · ${d.text("new_version")}`;
    if (state.textContent !== s) state.textContent = s;
    state.dataset.mode = m;
    login.hidden = d.mode !== "login";
  };
  d.render = () => { renderPiles(d); renderState(); };
  d.setMode = (m) => {
    if (m === d.mode) return;
    if (m === "emergency") d.since = d.now();
    d.mode = m;
    renderState();
    q.remember();
  };
  // saw reads from an answer which program the server runs and what its clock says.
  d.saw = (version, clock) => {
    if (version && d.page.version && version !== d.page.version) d.newer = true;
    const drift = Number(clock) - Date.now();
    if (clock && Math.abs(drift - d.drift) > 2000) d.drift = drift;
  };
  // settle: nothing waits. A newer program or a page without its head reloads now,
  // or once nobody stands in a form of the old one.
  let reloading = false;
  d.settle = () => {
    if (reloading || d.mode !== "online" || d.field.value !== "" || d.waiting > 0 || keys.away()) return;
    if (!d.newer && !d.shell) return;
    reloading = true;
    try { sessionStorage.setItem(CHOSEN, d.desk.elections[d.chosen]?.id || ""); } catch { /* the first election, then */ }
    location.reload();
  };
  const q = deskQueue(d);
  const keys = deskKeys(d, q);

  addEventListener("online", () => { q.soon(); listen(); });
  addEventListener("offline", () => d.setMode("emergency"));
  addEventListener("pagehide", () => { q.remember(); });

  // start: a kept page takes what the last page of this session remembered.
  if (!d.shell) d.saw("", first.now);
  if (d.canStore) {
    const saved = await outbox.get("desks", session);
    if (d.shell) {
      if (saved) d.desk = { ...saved, texts: { ...first.texts, ...saved.texts } };
      d.drift = d.desk.drift || 0;
      d.page.texts = d.desk.texts;
      d.page.version = "";
      d.mode = "emergency";
      d.since = saved && saved.mode === "emergency" && saved.since ? saved.since : d.now();
      $("desk-practice").hidden = !d.desk.practice;
      $("desk-place").textContent = d.desk.place;
      $("desk-hours").textContent = d.desk.hours;
      $("desk-person").textContent = d.desk.person_name;
    }
    await q.begin();
    $("offline")?.remove(); // the page's general word for no network says less than the desk knows
  } else {
    const w = $("desk-warning");
    w.hidden = false;
    w.textContent = d.text("no_storage");
  }
  if (d.channel) d.channel.onmessage = (m) => q.heard(m.data);
  d.chosen = Math.max(0, d.desk.elections.findIndex((e) => !e.over));
  try {
    const chosen = d.desk.elections.findIndex((e) => !e.over && e.id === sessionStorage.getItem(CHOSEN));
    if (chosen >= 0) keys.choose(chosen);
    sessionStorage.removeItem(CHOSEN);
  } catch { /* this browser keeps nothing */ }
  d.render();
  if (d.desk.elections.length) keys.rest(); // unless somebody went elsewhere meanwhile
  else if (d.shell) { d.field.disabled = true; d.complain(d.text("unknown_here")); } // never opened on this PC: nothing is known of its elections
  box.dataset.ready = "1";
  q.pump();

  const tick = () => { $("desk-clock").textContent = d.clock(d.now()); };
  tick();
  setInterval(tick, 1000);

  // A sign of life, and what the other desk of the session has counted.
  const ask = async (path, init) => {
    try {
      const res = await fetch(`/api/v1/sessions/${session}/${path}`, { ...init, headers: { Accept: "application/json", "Content-Type": "application/json" }, credentials: "same-origin", keepalive: true, signal: AbortSignal.timeout(8000), redirect: "error" });
      if (res.status === 401) { d.setMode("login"); return null; }
      const json = /^application\/json/.test(res.headers.get("Content-Type") || "") ? await res.json() : null;
      if (!res.ok || !json) { if (res.status >= 500 || !json) d.setMode("emergency"); return null; }
      d.saw(res.headers.get("Desk-Version"), res.headers.get("Desk-Clock"));
      return json;
    } catch {
      d.setMode("emergency");
      return null;
    }
  };
  // sign tells the board that this desk is there and how much waits here, one
  // after the other, so that the last word stands.
  let told = 0, signing = Promise.resolve();
  const sign = () => {
    const waiting = d.waiting;
    told = Math.max(told, waiting);
    signing = signing.then(async () => {
      if (await ask("sign", { method: "POST", body: JSON.stringify({ device: d.device, waiting }) })) told = waiting;
    });
    return signing;
  };
  d.emptied = () => { if (told > 0) sign(); };
  const listen = async () => {
    const heard = d.heard, out = await ask("desk", {});
    if (out) {
      await q.settlePaper();
      // An answer that was under way while an event was registered is older than what the screen shows.
      if (heard === d.heard && d.waiting === 0 && d.pending.length === 0 && out.tallies) d.desk.tallies = out.tallies;
      if (out.state !== "open") d.complain(d.text("closed_elsewhere"));
      if (d.mode !== "online") { if (d.waiting > 0) q.pump(); else d.setMode("online"); }
      d.render();
      d.settle();
      await sign();
    }
    if (Date.now() - d.touched > 10 * 60000 && d.mode === "online" && d.waiting === 0) keys.commands.LOCK();
  };
  setInterval(listen, 10000);
  listen();

  sound.button($("sound-toggle"), d.text, () => d.field.focus());
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(`/sw.js?tekst=${lang}`, { scope: "/skranke" }).catch(() => {});
})();
