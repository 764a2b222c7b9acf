// The counting screen: one field that always has the focus, one key for one
// envelope, an echo at once, and words for where things stand. What the screen
// calls registered is on the server's disk; what waits here is called waiting.
"use strict";
(async () => {
  const box = document.getElementById("desk-data");
  if (!box) return;
  const { recognise, outbox } = Brevstemme;
  const $ = (id) => document.getElementById(id);
  const shell = box.dataset.shell === "true";
  const session = location.pathname.split("/")[2];
  if (session === "skal") return; // the shell under its own address: there is no desk to count at
  let desk = JSON.parse(box.dataset.desk);
  const page = { texts: desk.texts, commands: desk.commands, kommuner: desk.kommuner, version: desk.version };

  const field = document.querySelector("#scan-form input[name=scan]");
  const answer = $("scan-answer"), fault = $("scan-error"), state = $("desk-state");
  const canStore = await outbox.start();
  const device = canStore ? await outbox.device() : outbox.uuid7();
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("brevstemme-desk") : null;

  let pending = []; // this session's events that the server does not have yet
  let waiting = 0;  // such events of every session
  let unsaved = []; // those among them that are not on this PC's disk yet
  let mode = "online", since = 0, chosen = 0, asking = false, newer = false, lastInput = Date.now();

  const text = (key, ...args) => (page.texts[key] || desk.texts[key] || key).replace(/\{(\d)\}/g, (_, i) => args[i]);
  const clock = (ms) => new Date(ms).toLocaleTimeString("da-DK", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Copenhagen" }).replace(":", ".");

  // --- sounds, one setting per device
  let sound = true;
  try { sound = localStorage.getItem("sound") !== "off"; } catch { /* a browser without storage beeps */ }
  let audio = null;
  const beep = (hertz, seconds) => {
    if (!sound || !window.AudioContext) return;
    try {
      audio = audio || new AudioContext();
      const o = audio.createOscillator(), g = audio.createGain();
      o.frequency.value = hertz;
      g.gain.value = 0.08;
      o.connect(g).connect(audio.destination);
      o.start();
      o.stop(audio.currentTime + seconds);
    } catch { /* silent */ }
  };
  const say = (s) => { fault.textContent = ""; answer.textContent = s; };
  const complain = (s) => { answer.textContent = ""; fault.textContent = s; beep(220, 0.3); };

  // --- figures: what the server has, and what waits here on top of it
  const election = () => desk.elections[chosen];
  const kind = (d) => (d === "own" || d === "unknown" ? d : "other");
  const figures = () => {
    const sums = new Map(desk.tallies.map((t) => [t.election, { received: t.received, voided: t.voided, spoiled: t.spoiled, kinds: { own: 0, other: 0, unknown: 0, ...t.kinds } }]));
    const known = new Map();
    for (const u of desk.undoable) known.set(u.id, u);
    for (const e of pending) known.set(e.id, e);
    for (const e of pending) {
      const u = e.act === "undo" ? known.get(e.undoes) : e;
      const s = u && sums.get(u.election);
      if (!s) continue;
      const d = e.act === "undo" ? -1 : 1;
      if (u.act === "receive") { s.received += d; s.kinds[kind(u.destination)] += d; }
      if (u.act === "void") s.voided += d;
      if (u.act === "spoil") s.spoiled += d;
    }
    return sums;
  };

  const renderPiles = () => {
    const holder = $("piles");
    if (shell && holder.children.length !== desk.elections.length) buildPiles(holder);
    const sums = figures();
    desk.elections.forEach((e, i) => {
      const pile = holder.querySelector(`[data-election="${CSS.escape(e.id)}"]`), s = sums.get(e.id);
      if (!pile || !s) return;
      pile.querySelector("[data-total]").textContent = s.received.toLocaleString("da-DK");
      for (const k of ["own", "other", "unknown"]) pile.querySelector(`[data-kind="${k}"]`).textContent = s.kinds[k];
      pile.querySelector("[data-voided]").textContent = s.voided;
      pile.querySelector("[data-spoiled]").textContent = s.spoiled;
      pile.toggleAttribute("data-chosen", i === chosen && desk.elections.length > 1);
    });
  };
  const make = (tag, props, ...children) => {
    const el = Object.assign(document.createElement(tag), props);
    el.append(...children);
    return el;
  };
  const buildPiles = (holder) => {
    holder.replaceChildren(...desk.elections.map((e) => {
      const kinds = make("p", { className: "pile-kinds" });
      for (const k of ["own", "other", "unknown"]) {
        const b = make("b", {}); b.dataset.kind = k;
        kinds.append(make("span", {}, `${text("kind_" + k)} `, b));
      }
      for (const k of ["voided", "spoiled"]) {
        const b = make("b", {}); b.dataset[k] = "";
        kinds.append(make("span", {}, `${text("kind_" + k)} `, b));
      }
      const total = make("p", { className: "pile-number" }); total.dataset.total = "";
      const pile = make("section", { className: "pile" }, make("h2", {}, `${e.word} – ${e.name}`), total, kinds);
      pile.dataset.election = e.id;
      return pile;
    }));
  };

  const renderState = () => {
    let s = text("online"), m = "";
    if (mode === "login") { s = text("login_needed", waiting); m = "wait"; }
    else if (mode === "emergency") { s = text("emergency", clock(since), waiting); m = "emergency"; }
    else if (waiting > 0) { s = text("waiting", waiting); }
    else if (desk.sentAt) { s = `${text("online")} · ${text("all_sent", clock(desk.sentAt))}`; }
    if (newer) s += ` · ${text("new_version")}`;
    if (state.textContent !== s) state.textContent = s;
    state.dataset.mode = m;
  };
  const render = () => { renderPiles(); renderState(); };

  const renderRefused = async () => {
    if (!canStore) return;
    const list = (await outbox.all("refused")).filter((r) => r.session === session);
    $("follow-up").hidden = list.length === 0;
    $("follow-list").replaceChildren(...list.map((r) => {
      const again = make("button", { type: "button", className: "button second", textContent: text("again") });
      const settled = make("button", { type: "button", className: "button second", textContent: text("settled") });
      again.addEventListener("click", async () => { again.closest("li").remove(); await outbox.again(r); await load(); await renderRefused(); pump(); });
      settled.addEventListener("click", async () => {
        settled.closest("li").remove();
        await outbox.drop("refused", r.id);
        await record({ act: "followup", what: r.id, reason: r.code });
        await renderRefused();
      });
      return make("li", {}, make("div", {}, `${clock(r.made)} ${label(r)}: ${r.detail}`), make("div", { className: "buttons" }, again, settled));
    }));
  };

  // --- memory of this desk, for reloads without a network
  const load = async () => {
    if (!canStore) return;
    const stored = await outbox.all("outbox");
    const ids = new Set(stored.map((e) => e.id));
    const every = [...stored, ...unsaved.filter((e) => !ids.has(e.id) && !gone.has(e.id))];
    waiting = every.length;
    pending = every.filter((e) => e.session === session);
  };
  const fresh = new Set(); // made on this page and not yet held up: sent as they happen
  const gone = new Set(); // sent or refused since this page was opened
  const memory = () => ({ ...desk, session, mode, since });
  const remember = () => canStore ? outbox.put("desks", memory()).catch(() => {}) : Promise.resolve();

  const label = (e) => {
    const what = { receive: "+1", undo: text("undone_one") }[e.act] || e.act;
    const k = page.kommuner.find(([c]) => c === e.destination);
    const where = k ? k[1] : e.destination ? text("kind_" + e.destination) : "";
    return [what, e.election, where].filter(Boolean).join(" ");
  };

  // --- events
  // record shows an event at once, stores it, and sends it.
  const record = (e) => {
    const rec = { id: outbox.uuid7(), session, author: desk.person, made: Date.now(), ...e };
    pending.push(rec);
    waiting++;
    if (mode === "online") fresh.add(rec.id);
    if (["receive", "void", "spoil"].includes(rec.act)) desk.undoable.push({ id: rec.id, act: rec.act, election: rec.election, destination: rec.destination });
    say(text("sending", label(rec)));
    beep(880, 0.06);
    render();
    if (!canStore) return sendDirect(rec);
    unsaved.push(rec);
    return save();
  };
  // save writes what is not on disk yet. Events made while a write is under way
  // go together in the next one, so that a fast scanner waits for no disk.
  let saving = null;
  const save = () => {
    saving = saving || (async () => {
      while (unsaved.length > 0) {
        const batch = unsaved.slice();
        try {
          await outbox.add(batch, memory());
          unsaved = unsaved.filter((e) => !batch.includes(e));
          if (mode !== "online" && !fault.textContent) say(text("kept", label(batch[batch.length - 1])));
        } catch {
          unsaved = unsaved.filter((e) => !batch.includes(e));
          for (const rec of batch) await sendDirect(rec); // the disk is full or the store is gone: the server or paper
        }
        pump();
      }
      saving = null;
    })();
    return saving;
  };
  const sendDirect = async (rec) => {
    const r = await outbox.send(rec, device, false);
    pending = pending.filter((p) => p.id !== rec.id);
    waiting = Math.max(0, waiting - 1);
    if (r.how === "sent") accept(rec, r);
    else { forget(rec.id); complain(`${text("unsafe_loss")} ${r.detail || ""}`); }
    render();
  };
  const forget = (id) => { desk.undoable = desk.undoable.filter((u) => u.id !== id); };
  const accept = (rec, r) => {
    if (rec.session === session) {
      if (r.out.tallies) desk.tallies = r.out.tallies;
      if (rec.act === "undo") forget(rec.undoes);
      if (!fault.textContent) say(text("registered", label(rec)));
    }
    desk.sentAt = Date.now();
    sawVersion(r.version);
  };
  const sawVersion = (v) => { if (v && page.version && v !== page.version) newer = true; };

  // --- sending: one event at a time, one tab at a time
  let pumping = false, retry = 1000, timer = 0;
  const pump = async () => {
    if (pumping || !canStore) return;
    pumping = true;
    clearTimeout(timer);
    try {
      if (navigator.locks) await navigator.locks.request("brevstemme-outbox", drain);
      else await drain();
    } finally {
      pumping = false;
    }
    await load();
    render();
    if (waiting > 0) timer = setTimeout(pump, retry = Math.min(15000, retry * 2));
    else settle();
  };
  const drain = async () => {
    for (;;) {
      const rec = await first();
      if (!rec) { setMode("online"); return; }
      const r = await outbox.send(rec, device, !fresh.has(rec.id) || Date.now() - rec.made > 5000);
      if (r.how === "later" || r.how === "login") {
        fresh.clear();
        setMode(r.how === "later" ? "emergency" : "login");
        return;
      }
      retry = 500;
      setMode("online");
      gone.add(rec.id);
      if (r.how === "sent") {
        await outbox.drop("outbox", rec.seq);
        pending = pending.filter((p) => p.id !== rec.id);
        accept(rec, r);
      } else {
        await outbox.refuse(rec, r.code, r.detail);
        pending = pending.filter((p) => p.id !== rec.id);
        forget(rec.id);
        complain(`${text("refused_title")}: ${r.detail}`);
        await renderRefused();
      }
      waiting = Math.max(0, waiting - 1);
      render();
      remember();
      if (channel) channel.postMessage({ session: rec.session, tallies: desk.tallies });
    }
  };
  // first is the oldest event of the outbox.
  const first = async () => (await outbox.all("outbox"))[0];
  const setMode = (m) => {
    if (m === mode) return;
    if (m === "emergency" && mode !== "emergency") since = Date.now();
    mode = m;
    renderState();
    remember();
  };
  // settle: nothing waits. A newer program or a page without its head reloads now.
  let reloading = false;
  const settle = () => {
    if (reloading || mode !== "online" || field.value !== "" || waiting > 0) return;
    if (newer || shell) { reloading = true; location.reload(); }
  };

  // --- keys and barcodes
  const undo = () => {
    const taken = new Set(pending.filter((p) => p.act === "undo").map((p) => p.undoes));
    const last = desk.undoable.filter((u) => !taken.has(u.id)).pop();
    if (!last) return complain(text("nothing_to_undo"));
    record({ act: "undo", undoes: last.id, election: "", destination: "" });
  };
  const receive = (destination) => { asking = false; record({ act: "receive", election: election().id, destination: destination === desk.own ? "own" : destination }); };
  const choose = (i) => {
    chosen = i;
    const radio = document.querySelectorAll("#scan-form input[name=election]");
    radio.forEach((r) => { r.checked = r.value === election().id; });
    render();
  };
  const next = () => {
    for (let k = 1; k <= desk.elections.length; k++) {
      const i = (chosen + k) % desk.elections.length;
      if (!desk.elections[i].over) { choose(i); say(text("chosen_election", `${election().word} – ${election().name}`)); return; }
    }
  };
  const reveal = (event, focus) => {
    const form = document.querySelector(`form[data-event=${event}]`);
    form.closest("details").open = true;
    form.querySelector(focus).focus();
  };
  const commands = {
    PLUS: () => receive("own"),
    OWN: () => receive("own"),
    OTHER: () => { asking = true; say(text("give_municipality")); },
    UNKNOWN: () => receive("unknown"),
    UNDO: undo,
    VOID: () => reveal("void", "input:not([type=hidden]), select"),
    SPOIL: () => record({ act: "spoil", election: election().id, what: "set" }),
    ELECTION: next,
    HELP: () => record({ act: "mark", what: "help" }),
    LINE: () => reveal("mark", "input:not([type=hidden])"),
    LOCK: () => { if ($("lock-form")) $("lock-form").requestSubmit(); },
    CLOSE: () => { if (waiting === 0 && mode === "online") location.href = `/skranke/${session}/lukning`; else renderState(); },
  };

  const handle = (value) => {
    const s = recognise(value, page.kommuner, page.commands);
    field.value = "";
    switch (s.kind) {
      case "empty": return asking ? receive("unknown") : receive("own");
      case "cpr": return complain(text("refused_cpr"));
      case "poll_card": return complain(text("refused_poll"));
      case "command": return commands[s.command]();
      case "kommune":
        if (s.value) return receive(s.value);
        return complain(text("many_match", s.matches.slice(0, 6).map(([c, n]) => `${n} ${c}`).join(", ")));
      case "staff": return commands.LOCK();
      case "form": location.href = `/skranke/${session}/noedblok`; return;
      case "unknown": return complain(text("not_understood"));
      default: return complain(text("ignored_serial"));
    }
  };

  const KEYS = { F2: "PLUS", F4: "ELECTION", F8: "OTHER", F9: "UNDO", F10: "LOCK" };
  const free = () => {
    const a = document.activeElement;
    return !a || a === document.body || a.id === "main" || (a.tagName === "BUTTON" && a.closest("#desk-keys"));
  };
  document.addEventListener("keydown", (e) => {
    lastInput = Date.now();
    const command = KEYS[e.key];
    if (command && !e.ctrlKey && !e.altKey && !e.metaKey && !e.shiftKey) {
      e.preventDefault();
      if (!e.repeat) commands[command]();
      if (command !== "LOCK") field.focus();
      return;
    }
    if (e.key === "Enter" && e.ctrlKey) { e.preventDefault(); if (!e.repeat) commands.CLOSE(); return; }
    if (e.target === field && e.key === "Enter") {
      e.preventDefault();
      if (!e.repeat) handle(field.value);
      return;
    }
    if (e.target === field && e.key === " " && field.value === "") { e.preventDefault(); if (!e.repeat) handle(""); return; }
    if (e.key === "Escape") { asking = false; field.value = ""; say(""); field.focus(); return; }
    // A scanner does not know where the focus is: its first character brings it back.
    if (e.key.length === 1 && !e.ctrlKey && !e.altKey && !e.metaKey && e.target !== field && free()) field.focus();
  }, true);

  $("desk-keys").addEventListener("click", (e) => {
    const b = e.target.closest("[data-command]");
    if (!b) return;
    field.focus();
    if (e.detail > 1) return; // the second click of a double click
    commands[b.dataset.command]();
  });
  $("piles").addEventListener("click", (e) => {
    const i = desk.elections.findIndex((x) => x.id === e.target.closest("[data-election]")?.dataset.election);
    if (i >= 0 && !desk.elections[i].over) choose(i);
    field.focus();
  });
  $("scan-form").addEventListener("submit", (e) => { e.preventDefault(); e.stopPropagation(); });
  $("scan-form").addEventListener("change", (e) => {
    const i = desk.elections.findIndex((x) => x.id === e.target.value);
    if (e.target.name === "election" && i >= 0) { choose(i); field.focus(); }
  });
  for (const form of document.querySelectorAll("form[data-event]")) form.addEventListener("submit", (e) => {
    e.preventDefault();
    e.stopPropagation();
    const f = new FormData(form), act = form.dataset.event, ev = { act };
    if (act === "void" || act === "spoil") Object.assign(ev, { election: f.get("election") || election().id, reason: f.get("reason") });
    if (act === "spoil") ev.what = "set";
    if (act === "incident") ev.reason = f.get("reason");
    if (act === "mark") Object.assign(ev, { what: f.get("what"), n: Number.parseInt(f.get("n") || "0", 10) || 0 });
    if (act === "void") {
      const s = recognise(String(f.get("scan") || ""), page.kommuner, page.commands);
      if (s.kind === "empty") ev.destination = "own";
      else if (s.kind === "kommune" && s.value) ev.destination = s.value;
      else { form.reset(); complain(text(s.kind === "cpr" || s.kind === "poll_card" ? "refused_" + (s.kind === "cpr" ? "cpr" : "poll") : "not_understood")); return; }
    }
    record(ev);
    if (act === "void" || act === "mark") form.reset();
    form.closest("details").open = false;
    field.focus();
  });

  // --- focus: back to the field after everything
  addEventListener("focus", () => { if (free()) field.focus(); });
  document.addEventListener("focusout", () => setTimeout(() => { if (document.hasFocus() && free() && document.activeElement.tagName !== "BUTTON") field.focus(); }, 0));
  addEventListener("online", () => { retry = 500; pump(); });
  addEventListener("offline", () => setMode("emergency"));
  addEventListener("pagehide", () => { remember(); });

  // --- start
  if (canStore) {
    const saved = await outbox.get("desks", session);
    if (shell) {
      if (saved) desk = { ...saved, texts: { ...desk.texts, ...saved.texts } };
      Object.assign(page, { texts: desk.texts });
      page.version = "";
      mode = "emergency";
      since = saved && saved.mode === "emergency" && saved.since ? saved.since : Date.now();
      $("desk-place").textContent = desk.place;
      $("desk-hours").textContent = desk.hours;
      $("desk-person").textContent = desk.person_name;
    }
    await load();
    // What waits is undoable too, by the one who made it.
    const have = new Set(desk.undoable.map((u) => u.id));
    for (const e of pending) if (["receive", "void", "spoil"].includes(e.act) && e.author === desk.person && !have.has(e.id)) desk.undoable.push(e);
    await remember();
    await renderRefused();
    $("offline")?.remove(); // the page's general word for no network says less than the desk knows
  } else {
    const w = $("desk-warning");
    w.hidden = false;
    w.textContent = text("no_storage");
  }
  if (channel) channel.onmessage = async (m) => {
    if (m.data.session === session && m.data.tallies) desk.tallies = m.data.tallies;
    await load();
    render();
  };
  chosen = Math.max(0, desk.elections.findIndex((e) => !e.over));
  render();
  if (desk.elections.length) field.focus();
  box.dataset.ready = "1";
  pump();

  const tick = () => { $("desk-clock").textContent = clock(Date.now()); };
  tick();
  setInterval(tick, 1000);

  // A sign of life, and what the other desk of the session has counted.
  const ask = async (path, init) => {
    try {
      const res = await fetch(`/api/v1/sessions/${session}/${path}`, { ...init, headers: { Accept: "application/json", "Content-Type": "application/json" }, credentials: "same-origin", signal: AbortSignal.timeout(8000), redirect: "error" });
      if (res.status === 401) { setMode("login"); return null; }
      const json = /^application\/json/.test(res.headers.get("Content-Type") || "") ? await res.json() : null;
      if (!res.ok || !json) { if (res.status >= 500 || !json) setMode("emergency"); return null; }
      sawVersion(res.headers.get("Desk-Version"));
      return json;
    } catch {
      setMode("emergency");
      return null;
    }
  };
  const listen = async () => {
    const out = await ask("desk", {});
    if (out) {
      if (waiting === 0 && pending.length === 0 && out.tallies) desk.tallies = out.tallies;
      if (out.state !== "open") complain(text("closed_elsewhere"));
      if (mode !== "online") { if (waiting > 0) pump(); else setMode("online"); }
      render();
      settle();
      await ask("sign", { method: "POST", body: JSON.stringify({ device, waiting }) });
    }
    if (Date.now() - lastInput > 10 * 60000 && mode === "online" && waiting === 0) commands.LOCK();
  };
  setInterval(listen, 10000);
  listen();

  const toggle = $("sound-toggle");
  const showSound = () => { toggle.hidden = false; toggle.textContent = text(sound ? "sound_off" : "sound_on"); };
  toggle.addEventListener("click", () => {
    sound = !sound;
    try { localStorage.setItem("sound", sound ? "on" : "off"); } catch { /* only for this page then */ }
    showSound();
    field.focus();
  });
  showSound();

  if ("serviceWorker" in navigator) navigator.serviceWorker.register(`/sw.js?tekst=${document.documentElement.lang}`, { scope: "/skranke" }).catch(() => {});
})();
