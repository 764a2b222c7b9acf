// The sorting screen: one field that always has the focus, one key or scan for
// one envelope, an echo at once. It stores and sends through the desk's outbox:
// what the screen calls sent is on the server's disk, what waits here is called
// waiting, and the count cannot be ended before everything is sent.
"use strict";
(async () => {
  const box = document.getElementById("sort-data");
  if (!box) return;
  const { outbox, fold, readLabel, looksLikeCPR } = Brevstemme;
  const $ = (id) => document.getElementById(id);
  const sort = JSON.parse(box.dataset.sort);
  const field = document.querySelector("#scan-form input[name=scan]");
  const answer = $("scan-answer"), fault = $("scan-error"), state = $("desk-state");
  const canStore = await outbox.start();
  const device = canStore ? await outbox.device() : outbox.uuid7();
  const path = `/api/v1/sortings/${sort.sorting}/marks`;
  const MOST = 5000;

  let waiting = 0, mode = "online", retry = 1000, timer = 0, sentAt = 0, last = sort.last;
  const undoable = sort.undoable; // oldest first

  const text = (key, ...args) => (sort.texts[key] || key).replace(/\{(\d)\}/g, (_, i) => args[i]);
  const clock = (ms) => new Date(ms).toLocaleTimeString("da-DK", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Copenhagen" }).replace(":", ".");
  const say = (s) => { fault.textContent = ""; answer.textContent = s; };
  const complain = (s) => { answer.textContent = ""; fault.textContent = s; };

  // --- bins
  const kommune = new Map(sort.kommuner);
  const nameOf = (bin) => {
    const b = sort.bins.find(([key]) => key === bin);
    if (b) return b[1] && b[1] !== "?" ? `${b[1]} ${b[2]}` : b[2];
    const code = bin.slice(bin.indexOf(":") + 1);
    return `${kommune.get(code) || code} (${code})`;
  };
  const districts = sort.bins.filter(([key]) => key.startsWith("own:"));
  const WORDS = { "?": "unknown", ukendt: "unknown", unknown: "unknown", "for sent": "late", late: "late" };

  // like lists the bins that a text may mean, one when it is certain: the rules of
  // onward.ReadPile on the server.
  const like = (t) => {
    const label = readLabel(t);
    if (label) {
      if (label[0] === "A") { const d = districts.find(([, no]) => Number(no) === Number(label.slice(1))); return d ? [d[0]] : []; }
      return [{ K: `other:${label.slice(1)}`, U: "unknown", S: "late" }[label[0]]];
    }
    if (/^\d+$/.test(t)) {
      const d = t[0] === "0" ? null : districts.find(([, no]) => Number(no) === Number(t));
      if (d) return [d[0]];
      const code = t.padStart(4, "0");
      return t.length <= 4 && kommune.has(code) && code !== sort.own ? [`other:${code}`] : [];
    }
    if (WORDS[t.toLowerCase()]) return [WORDS[t.toLowerCase()]];
    const key = fold(t), found = [];
    for (const [bin, , name] of districts) {
      if (fold(name) === key) return [bin];
      if (fold(name).startsWith(key)) found.push(bin);
    }
    for (const [code, name] of sort.kommuner) {
      if (code === sort.own || !fold(name).startsWith(key)) continue;
      if (fold(name) === key && found.length === 0) return [`other:${code}`];
      found.push(`other:${code}`);
    }
    return found;
  };

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
    const code = bin.slice(bin.indexOf(":") + 1);
    li = make("li", {}, make("button", { type: "button", className: "sort-pile" }, make("span", { className: "sort-no", textContent: code }), " ",
      make("span", { className: "sort-name", textContent: kommune.get(code) || code }), " ", make("b", {})));
    li.dataset.bin = bin;
    $("sort-others").append(li);
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
    const m = waiting > 0 ? mode : "online";
    let s = sentAt ? text("all_sent", clock(sentAt)) : text("online");
    if (m === "login") s = text("login", waiting);
    else if (m === "offline") s = text("offline", waiting);
    else if (waiting > 0) s = text("waiting", waiting);
    if (state.textContent !== s) state.textContent = s;
    state.dataset.mode = m === "offline" ? "emergency" : m === "login" ? "wait" : "";
  };

  // --- acts
  const record = async (e) => {
    const rec = { id: outbox.uuid7(), session: sort.sorting, path, author: sort.person, made: Date.now(), ...e };
    if (rec.act === "put") undoable.push({ id: rec.id, bin: rec.destination, n: rec.n });
    waiting++;
    renderState();
    if (!canStore) return direct(rec);
    try {
      await outbox.add(rec, { session: sort.sorting, sorting: true });
    } catch {
      return direct(rec); // the disk is full or the store is gone: the server or paper
    }
    pump();
  };
  const direct = async (rec) => {
    const r = await outbox.send(rec, device, false);
    waiting = Math.max(0, waiting - 1);
    if (r.how === "sent") sentAt = Date.now();
    else { takeBack(rec); complain(`${text("unsafe")} ${r.detail || ""}`); }
    renderState();
  };
  // takeBack makes the screen as if an act that the server refused never was.
  const takeBack = (rec) => {
    if (rec.act === "put") {
      add(rec.destination, -rec.n);
      const i = undoable.findIndex((u) => u.id === rec.id);
      if (i >= 0) undoable.splice(i, 1);
    }
  };
  const put = (bin, n) => {
    last = bin;
    add(bin, n);
    light();
    say(n === 1 ? text("put", nameOf(bin), sort.piles[bin]) : text("put_many", n, nameOf(bin), sort.piles[bin]));
    record({ act: "put", destination: bin, n });
  };
  const undo = () => {
    const u = undoable.pop();
    if (!u) return complain(text("nothing_to_undo"));
    add(u.bin, -u.n);
    last = undoable.length ? undoable[undoable.length - 1].bin : "";
    light();
    say(text("undone", u.n, nameOf(u.bin)));
    record({ act: "undo", undoes: u.id });
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
    waiting = (await outbox.all("outbox")).filter((r) => r.session === sort.sorting).length;
    renderState();
    if (waiting > 0) timer = setTimeout(pump, mode === "online" ? 0 : retry = Math.min(15000, retry * 2));
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
        if (rec.session === sort.sorting && r.out.warning) $("sort-warning").textContent = r.out.warning;
      } else {
        await outbox.refuse(rec, r.code, r.detail);
        if (rec.session === sort.sorting) { takeBack(rec); complain(text("refused", r.detail)); await followUp(); }
      }
      if (rec.session === sort.sorting) waiting = Math.max(0, waiting - 1);
      renderState();
    }
  };
  const followUp = async () => {
    if (!canStore) return;
    const list = (await outbox.all("refused")).filter((r) => r.session === sort.sorting);
    $("follow-up").hidden = list.length === 0;
    $("follow-list").replaceChildren(...list.map((r) => make("li", {}, make("div", {}, `${clock(r.made)} ${r.destination ? nameOf(r.destination) : ""} ${r.n || ""}: ${r.detail}`))));
  };

  // --- keys
  const commands = { AGAIN: () => handle(""), UNKNOWN: () => put("unknown", 1), UNDO: undo };
  const KEYS = { F2: "AGAIN", F8: "UNKNOWN", F9: "UNDO" };
  const free = () => {
    const a = document.activeElement;
    return !a || a === document.body || a.id === "main" || (a.tagName === "BUTTON" && a.closest(".sort"));
  };
  document.addEventListener("keydown", (e) => {
    const command = KEYS[e.key];
    if (command && !e.ctrlKey && !e.altKey && !e.metaKey && !e.shiftKey) {
      e.preventDefault();
      if (!e.repeat) commands[command]();
      field.focus();
      return;
    }
    if (e.key === "Enter" && e.ctrlKey) { e.preventDefault(); if (!e.repeat) $("finish-form").requestSubmit(); return; }
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
  $("finish-form").addEventListener("submit", (e) => {
    if (waiting === 0) return;
    e.preventDefault();
    e.stopPropagation();
    complain(text("waiting", waiting));
    pump();
  });
  addEventListener("online", () => { retry = 500; pump(); });
  addEventListener("offline", () => { mode = "offline"; renderState(); });

  // --- start: what an earlier page left here is shown and sent
  if (canStore) {
    for (const rec of (await outbox.all("outbox")).filter((r) => r.session === sort.sorting)) {
      waiting++;
      if (rec.act === "put") { undoable.push({ id: rec.id, bin: rec.destination, n: rec.n }); last = rec.destination; add(rec.destination, rec.n); }
      const i = undoable.findIndex((u) => u.id === rec.undoes);
      if (i >= 0) { add(undoable[i].bin, -undoable[i].n); undoable.splice(i, 1); }
    }
    await followUp();
  }
  light();
  renderState();
  if (waiting > 0) pump();
  document.documentElement.dataset.sort = "ready";
  if (!document.activeElement || document.activeElement === document.body) field.focus(); // nobody has gone elsewhere meanwhile
})();
