// The sorting screen: one field that always has the focus, one key or scan for
// one envelope, an echo at once. It stores and sends through the desk's outbox:
// what the screen calls sent is on the server's disk, what waits here is called
// waiting, and the count cannot be ended before everything is sent. Without a
// network it can be reloaded too: the service worker keeps its empty page, and
// sort-memory.js what stood on it.
"use strict";
(async () => {
  const box = document.getElementById("sort-data"), shell = box?.dataset.shell === "true"; // the kept page, without a server behind it
  if (!box || location.pathname === "/sortering/skal") return; // under its own address there is nothing to sort
  const { outbox, sortBins, sortMemory, looksLikeCPR } = Brevstemme;
  const $ = (id) => document.getElementById(id);
  let sort = JSON.parse(box.dataset.sort);
  const field = document.querySelector("#scan-form input[name=scan]");
  const answer = $("scan-answer"), fault = $("scan-error"), state = $("desk-state");
  const canStore = await outbox.start();
  const device = canStore ? await outbox.device() : Brevstemme.newKey();
  const sorting = location.pathname.split("/")[4], pass = sort.pass || Number(new URLSearchParams(location.search).get("gang"));
  const path = `/api/v1/sortings/${sorting}/marks`, memory = sortMemory(sorting, pass);
  const MOST = 5000;
  const login = $("desk-login");
  login.href = `/log-ind?next=${encodeURIComponent(location.pathname + location.search)}`;

  const text = (key, ...args) => (sort.texts[key] || key).replace(/\{(\d)\}/g, (_, i) => args[i]);
  const lang = document.documentElement.lang;
  const clock = (ms) => new Date(ms).toLocaleTimeString("da-DK", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Copenhagen" }).replace(":", ".");
  const say = (s) => { fault.textContent = ""; answer.textContent = s; };
  const complain = (s) => { answer.textContent = ""; fault.textContent = s; };

  // --- start: the server's page, or what this PC kept of it
  if (shell) {
    const kept = canStore && (await memory.recall());
    if (!kept) {
      document.querySelector(".sort").hidden = true;
      state.textContent = text("unknown_here");
      state.dataset.mode = "emergency";
      document.documentElement.dataset.sort = "ready";
      setInterval(() => fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(8000) }).then((res) => { if (res.ok) location.reload(); }, () => {}), 10000);
      return;
    }
    sort = { ...sort, ...kept, texts: sort.texts, kommuner: sort.kommuner, piles: memory.total() };
    $("sort-source").textContent = `: ${sort.source}`;
    $("sort-election").replaceChildren(Brevstemme.swatch(sort.election[2]), `${sort.election[0]} ${sort.election[1]}`);
    $("sort-leave").href = `/sortering/${location.pathname.split("/")[2]}`;
  } else {
    history.replaceState(history.state, "", sort.at); // the kept page knows a count by its address
    if (canStore) await memory.begin(sort);
  }
  const waits = new Set(); // ids of this count's acts that the server does not have
  let mode = shell ? "offline" : "online", retry = 1000, timer = 0, sentAt = 0, last = sort.last;
  const undoable = sort.undoable; // oldest first
  const { kommune, nameOf, like } = sortBins(sort);

  // --- the piles on the screen
  const total = () => Object.values(sort.piles).reduce((a, n) => a + n, 0);
  const make = (tag, props, ...children) => {
    const el = Object.assign(document.createElement(tag), props);
    el.append(...children);
    return el;
  };
  const line = (bin) => {
    let li = document.querySelector(`[data-bin="${CSS.escape(bin)}"]`);
    if (li) return li;
    const code = bin.slice(bin.indexOf(":") + 1), own = sort.bins.find(([key]) => key === bin);
    li = make("li", {}, make("button", { type: "button", className: "sort-pile" }, make("span", { className: "sort-no", textContent: own ? own[1] : code }), " ",
      make("span", { className: "sort-name", textContent: own ? own[2] : kommune.get(code) || code }), " ", make("b", {})));
    li.dataset.bin = bin;
    $(own ? "sort-piles" : "sort-others").append(li);
    return li;
  };
  const show = (bin) => {
    const li = line(bin), n = sort.piles[bin] || 0;
    li.querySelector("b").textContent = n.toLocaleString("da-DK");
    li.toggleAttribute("data-some", n > 0);
    $("sort-total").textContent = total().toLocaleString("da-DK");
  };
  const light = () => {
    for (const li of document.querySelectorAll("[data-last]")) li.removeAttribute("data-last");
    if (last) line(last).setAttribute("data-last", "");
  };
  const add = (bin, n) => { sort.piles[bin] = (sort.piles[bin] || 0) + n; show(bin); };

  const renderState = () => {
    // With nothing waiting there is nothing that a network is needed for.
    const waiting = waits.size, m = waiting > 0 || shell ? mode : "online";
    let s = sentAt ? text("all_sent", clock(sentAt)) : text("online");
    if (m === "login") s = text("login", waiting);
    else if (m === "offline") s = waiting > 0 ? text("offline", waiting) : text("kept_page");
    else if (waiting > 0) s = text("waiting", waiting);
    if (state.textContent !== s) state.textContent = s;
    state.dataset.mode = m === "offline" ? "emergency" : m === "login" ? "wait" : "";
    login.hidden = m !== "login";
  };

  // --- acts
  const unsaved = new Set(); // ids of acts made on this page that are not yet on disk: they wait too
  const record = async (e) => {
    const { bin, ...act } = e;
    const rec = { id: Brevstemme.newKey(), session: sorting, path, author: sort.person, made: Date.now(), pass, ...act };
    if (rec.act === "put") undoable.push({ id: rec.id, bin, n: rec.n });
    memory.mark(rec.id, bin, rec.act === "put" ? rec.n : -rec.taken);
    waits.add(rec.id);
    unsaved.add(rec.id);
    renderState();
    if (!canStore) return direct(rec);
    try {
      await outbox.add(rec, memory.now());
    } catch {
      return direct(rec); // the disk is full or the store is gone: the server or paper
    }
    unsaved.delete(rec.id);
    pump();
  };
  // direct sends what this PC cannot store, one after the other: an undo must not
  // overtake its mark.
  let turn = Promise.resolve();
  const direct = (rec) => turn = turn.then(() => sendDirect(rec));
  const sendDirect = async (rec) => {
    const r = await outbox.send(rec, device, false);
    unsaved.delete(rec.id);
    waits.delete(rec.id);
    if (r.how === "sent") { sentAt = Date.now(); memory.sent(rec.id); }
    else { takeBack(rec); complain(`${text("unsafe")} ${r.detail || ""}`); }
    renderState();
  };
  // takeBack makes the screen as if an act that the server refused never was.
  const takeBack = (rec) => {
    const m = memory.refused(rec.id), i = undoable.findIndex((u) => u.id === rec.id);
    if (m) add(m.bin, -m.n);
    if (i >= 0) undoable.splice(i, 1);
  };
  const put = (bin, n) => {
    last = bin;
    add(bin, n);
    light();
    say(n === 1 ? text("put", nameOf(bin), sort.piles[bin]) : text("put_many", n, nameOf(bin), sort.piles[bin]));
    record({ act: "put", destination: bin, bin, n });
  };
  const undo = () => {
    const u = undoable.pop();
    if (!u) return complain(text("nothing_to_undo"));
    add(u.bin, -u.n);
    last = undoable.length ? undoable[undoable.length - 1].bin : "";
    light();
    say(text("undone", u.n, nameOf(u.bin)));
    record({ act: "undo", undoes: u.id, bin: u.bin, taken: u.n });
  };
  const handle = (value) => {
    field.value = "";
    let t = value.trim(), n = 1;
    if (looksLikeCPR(t) || /[%;^=]/.test(t)) return complain(text("refused_cpr"));
    const star = t.indexOf("*");
    if (star >= 0) {
      n = Number(t.slice(star + 1).trim() || NaN);
      t = t.slice(0, star).trim();
      if (!Number.isInteger(n) || n < 1 || n > MOST) return complain(text("range", MOST));
    }
    if (t === "") return last ? put(last, n) : complain(text("no_last"));
    const found = like(t);
    if (found.length === 1) return put(found[0], n);
    if (found.length === 0) return complain(text("no_bin", t));
    complain(text("many", found.slice(0, 6).map(nameOf).join(", ")));
  };

  // --- sending: one act at a time, one tab at a time, in the order they were made
  let pumping = false;
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
    const stored = (await outbox.all("outbox")).filter((r) => r.session === sorting).map((r) => r.id);
    waits.clear(); // another tab may have sent some, and left some
    for (const id of [...stored, ...unsaved]) waits.add(id);
    await followUp();
    await memory.keep();
    renderState();
    settle();
    if (waits.size > 0) timer = setTimeout(pump, mode === "online" ? 0 : retry = Math.min(15000, retry * 2));
  };
  const drain = async () => {
    for (let queued = false; ; queued = true) {
      const rec = (await outbox.all("outbox"))[0];
      if (!rec) { mode = "online"; return; }
      const r = await outbox.send(rec, device, queued || Date.now() - rec.made > 5000 || rec.author !== sort.person);
      if (r.how === "later" || r.how === "login") { mode = r.how === "later" ? "offline" : "login"; return; }
      retry = 500;
      mode = "online";
      if (r.how === "sent") {
        await outbox.drop("outbox", rec.seq);
        sentAt = Date.now();
        memory.sent(rec.id);
        if (rec.session === sorting && r.out.warning) $("sort-warning").textContent = r.out.warning;
      } else {
        await outbox.refuse(rec, r.code, r.detail);
        if (rec.session === sorting) { complain(text("refused", r.detail)); await followUp(); }
      }
      waits.delete(rec.id);
      renderState();
    }
  };
  const followUp = async () => {
    if (!canStore) return;
    const list = (await outbox.all("refused")).filter((r) => (r.path || "").startsWith("/api/v1/sortings/"));
    for (const r of list) takeBack(r); // another tab may have heard the refusal
    $("follow-up").hidden = list.length === 0;
    const items = $("follow-list"); // what is listed stays as it is: somebody may stand on its button
    for (const li of [...items.children]) if (!list.some((r) => r.id === li.dataset.id)) li.remove();
    const listed = new Set([...items.children].map((li) => li.dataset.id));
    items.append(...list.filter((r) => !listed.has(r.id)).map((r) => {
      const button = make("button", { type: "button", className: "button second", textContent: text("settled") });
      const li = make("li", {}, make("div", {}, `${clock(r.made)} ${refusedText(r)}: ${r.detail}`), button);
      li.dataset.id = r.id;
      button.addEventListener("click", () => tick(r, button));
      return li;
    }));
  };
  // refusedText: whoever counts after another must not learn that count here.
  const refusedText = (r) => {
    if (r.author !== sort.person || r.session !== sorting || r.pass !== pass) return text("refused_other", r.pass || "");
    return r.act === "put" ? `${nameOf(r.destination)} × ${r.n}` : text("refused_undo");
  };
  // tick writes in the book that what the server refused was seen and settled
  // otherwise; it leaves the list once that is safe in the outbox.
  const tick = async (r, button) => {
    if (button.dataset.pressed) return; // a double click settles once
    button.dataset.pressed = "1";
    const rec = { id: Brevstemme.newKey(), session: r.session, path: r.path, author: sort.person, made: Date.now(), act: "followup", what: r.id, reason: r.code };
    try {
      await outbox.add(rec, memory.now(), r.id);
    } catch {
      delete button.dataset.pressed;
      return complain(text("unsafe"));
    }
    if (r.session === sorting) waits.add(rec.id);
    renderState();
    await followUp();
    field.focus();
    pump();
  };

  // settle: nothing waits and the server answers. A page without its head reloads
  // now, unless somebody is writing or stands elsewhere.
  let reloading = false;
  const settle = () => {
    if (!shell || reloading || mode !== "online" || waits.size > 0 || field.value !== "" || (document.activeElement !== field && !free())) return;
    reloading = true;
    location.reload();
  };
  // look asks whether the server is back, when nothing waits that would tell.
  const look = async () => {
    if (waits.size > 0) return pump();
    try {
      const res = await fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(8000) });
      if (res.ok) mode = "online";
    } catch {
      mode = "offline";
    }
    renderState();
    settle();
  };
  if (shell) setInterval(look, 10000);

  // --- keys
  const commands = { AGAIN: () => handle(""), UNKNOWN: () => put("unknown", 1), UNDO: undo };
  const KEYS = { F2: "AGAIN", F8: "UNKNOWN", F9: "UNDO" };
  const free = () => {
    const a = document.activeElement;
    return !a || a.tabIndex < 0 || (a.tagName === "BUTTON" && a.closest(".sort"));
  };
  const finish = () => { if ($("finish-form")) $("finish-form").requestSubmit(); else complain(text("finish_waits")); };
  document.addEventListener("keydown", (e) => {
    const command = KEYS[e.key];
    if (command && !e.ctrlKey && !e.altKey && !e.metaKey && !e.shiftKey) {
      e.preventDefault();
      if (!e.repeat) commands[command]();
      field.focus();
      return;
    }
    if (e.key === "Enter" && e.ctrlKey) { e.preventDefault(); if (!e.repeat) finish(); return; }
    if (e.target === field && e.key === "Enter") {
      e.preventDefault();
      if (!e.repeat) handle(field.value);
      return;
    }
    if (e.key === "Escape") { field.value = ""; say(""); field.focus(); return; }
    if (e.key.length === 1 && !(e.key === " " && e.target.tagName === "BUTTON") && !e.ctrlKey && !e.altKey && !e.metaKey && e.target !== field && free()) field.focus();
  }, true);
  $("sort-keys").addEventListener("click", (e) => {
    const b = e.target.closest("[data-command]");
    if (b && e.detail <= 1) commands[b.dataset.command]();
    field.focus();
  });
  document.querySelector(".sort").addEventListener("click", (e) => {
    const li = e.target.closest("[data-bin]");
    if (!li) return;
    put(li.dataset.bin, 1);
    field.focus();
  });
  $("scan-form").addEventListener("submit", (e) => { e.preventDefault(); e.stopPropagation(); });
  $("finish-form")?.addEventListener("submit", (e) => {
    if (waits.size === 0) { memory.forget(); return; }
    e.preventDefault();
    e.stopPropagation();
    complain(text("waiting", waits.size));
    pump();
  });
  addEventListener("online", () => { retry = 500; if (shell) look(); else pump(); });
  addEventListener("offline", () => { mode = "offline"; renderState(); });

  // --- what an earlier page left here is shown, once, and sent
  if (canStore) {
    const told = new Set(shell ? [] : undoable.map((u) => u.id)); // the answer was lost, not the mark
    for (const rec of (await outbox.all("outbox")).filter((r) => r.session === sorting)) {
      waits.add(rec.id);
      if (memory.has(rec.id)) continue; // it is in the figures already
      if (told.has(rec.id)) { memory.mark(rec.id, rec.destination, 0); continue; } // in the server's sums: the kept page adds nothing
      const i = undoable.findIndex((u) => u.id === rec.undoes);
      if (rec.act === "put") undoable.push({ id: rec.id, bin: last = rec.destination, n: rec.n });
      else if (i < 0) continue;
      const [bin, n] = rec.act === "put" ? [rec.destination, rec.n] : [undoable[i].bin, -undoable[i].n];
      if (i >= 0) undoable.splice(i, 1);
      memory.mark(rec.id, bin, n);
      add(bin, n);
    }
    await followUp();
    await memory.keep();
  }
  if (shell) {
    for (const [bin] of sort.bins) show(bin);
    for (const bin of Object.keys(sort.piles)) show(bin);
    last = undoable.length ? undoable[undoable.length - 1].bin : last;
  }
  light();
  renderState();
  if (shell) look();
  else if (waits.size > 0) pump();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(`/sortering/sw.js?tekst=${lang}`, { scope: "/sortering/" }).catch(() => {});
  document.documentElement.dataset.sort = "ready";
  if (!document.activeElement || document.activeElement === document.body) field.focus(); // nobody has gone elsewhere meanwhile
})();
