// The events of the desk on their way: shown at once, kept on this PC's disk,
// sent one at a time by one tab at a time, until the server has them on its own.
"use strict";
(() => {
  const { outbox, sound } = Brevstemme;
  const COUNTS = ["receive", "void", "spoil"];

  // deskQueue makes the queue of a desk d; desk.js lists what d holds.
  Brevstemme.deskQueue = (d) => {
    let unsaved = []; // made on this page and not yet on disk
    const fresh = new Set(); // made on this page and not yet held up: sent as they happen
    const gone = new Set(); // sent or refused since this page was opened
    const waits = new Set(); // ids of what the server does not have, of every session on this PC
    const wait = (...ids) => { for (const id of ids) waits.add(id); d.waiting = waits.size; };
    const over = (id) => { waits.delete(id); d.waiting = waits.size; };

    const load = async () => {
      if (!d.canStore) return;
      const stored = await outbox.all("outbox");
      const ids = new Set(stored.map((e) => e.id));
      const every = [...stored, ...unsaved.filter((e) => !ids.has(e.id) && !gone.has(e.id))];
      waits.clear();
      wait(...every.map((e) => e.id));
      d.pending = every.filter((e) => e.session === d.session);
    };
    // What this desk knows is kept, for reloads without a network.
    const memory = () => ({ ...d.desk, session: d.session, mode: d.mode, since: d.since, drift: d.drift });
    const remember = () => d.canStore ? outbox.put("desks", memory()).catch(() => {}) : Promise.resolve();

    const label = (e) => {
      const what = e.act === "receive" ? "+1" : d.text("act_" + e.act);
      const k = d.page.kommuner.find(([c]) => c === e.destination);
      const where = k ? k[1] : e.destination ? d.text("kind_" + e.destination) : "";
      return [what, e.election, where].filter(Boolean).join(" ");
    };
    const settled = (id) => { d.pending = d.pending.filter((p) => p.id !== id); };
    const forget = (id) => { d.desk.undoable = d.desk.undoable.filter((u) => u.id !== id); };
    const count = (e) => COUNTS.includes(e.act);

    // told is the event that the screen says is being sent. Once the server cannot
    // be reached, what is on disk is said to be kept: "being sent" would be no promise.
    let told = null;
    const tellKept = () => {
      if (told && d.mode !== "online" && !unsaved.includes(told) && d.pending.some((p) => p.id === told.id) && !d.fault()) {
        d.say(d.text("kept", label(told)));
        told = null;
      }
    };

    // record shows an event at once, stores it, and sends it.
    const record = (e, settles = "") => {
      const rec = { id: Brevstemme.newKey(), session: d.session, author: d.desk.person, made: Date.now(), ...e };
      d.pending.push(rec);
      wait(rec.id);
      if (d.mode === "online") fresh.add(rec.id);
      if (count(rec)) d.desk.undoable.push({ id: rec.id, act: rec.act, election: rec.election, destination: rec.destination });
      told = rec;
      d.say(d.text("sending", label(rec)));
      sound.counted();
      d.render();
      if (!d.canStore) return sendDirect(rec);
      unsaved.push(rec);
      return save(rec, settles);
    };
    // save puts an event on disk. The write is begun in the same moment as the
    // key was pressed and waits for no other.
    const save = async (rec, settles) => {
      try {
        await outbox.add(rec, memory(), settles);
        unsaved = unsaved.filter((e) => e !== rec);
        tellKept();
      } catch {
        await sendDirect(rec); // the disk is full or the store is gone: the server or paper
        unsaved = unsaved.filter((e) => e !== rec);
      }
      pump();
    };
    // sendDirect sends an event that this PC cannot store. Without an answer it is
    // not known whether the server has it; the person is told to write it on paper,
    // and should it be in the book after all, paper wins: it is taken back there.
    let onPaper = [];
    let line = Promise.resolve(); // one after the other: an undo must not overtake its event
    const sendDirect = (rec) => line = line.then(() => sendNow(rec));
    const sendNow = async (rec) => {
      let r = await outbox.send(rec, d.device, false);
      if (r.how === "later") r = await outbox.send(rec, d.device, true);
      settled(rec.id);
      over(rec.id);
      if (r.how === "sent") accept(rec, r);
      else {
        forget(rec.id);
        if (r.how === "later" && count(rec)) onPaper.push(rec);
        d.complain(`${d.text("unsafe_loss")} ${r.detail || ""}`);
      }
      d.render();
    };
    // settlePaper takes back what is on paper now. A server that never had it says so.
    const settlePaper = async () => {
      const list = onPaper;
      onPaper = [];
      for (const rec of list) {
        const back = { id: rec.back || (rec.back = Brevstemme.newKey()), session: rec.session, author: rec.author, made: Date.now(), act: "undo", undoes: rec.id };
        const r = await outbox.send(back, d.device, true);
        if (r.how === "later" || r.how === "login") onPaper.push(rec);
        if (r.how === "sent" && r.out.tallies) { d.desk.tallies = r.out.tallies; d.heard++; }
      }
      d.render();
    };
    const accept = (rec, r) => {
      if (rec.session === d.session) {
        if (r.out.tallies) { d.desk.tallies = r.out.tallies; d.heard++; }
        if (rec.act === "undo") forget(rec.undoes);
        if (!d.fault()) d.say(d.text("registered", label(rec)));
      }
      d.desk.sentAt = d.now();
      d.saw(r.version, r.clock);
    };

    let pumping = false, retry = 1000, timer = 0;
    const pump = async () => {
      if (pumping || !d.canStore) return;
      pumping = true;
      clearTimeout(timer);
      try {
        if (navigator.locks) await navigator.locks.request("brevstemme-outbox", drain);
        else await drain();
      } finally {
        pumping = false;
      }
      await load();
      d.render();
      if (d.waiting > 0) timer = setTimeout(pump, retry = Math.min(15000, retry * 2));
      else { d.emptied(); d.settle(); }
    };
    const drain = async () => {
      for (;;) {
        const rec = await outbox.first();
        if (!rec) { d.setMode("online"); return; }
        const r = await outbox.send(rec, d.device, !fresh.has(rec.id) || Date.now() - rec.made > 5000);
        if (r.how === "later" || r.how === "login") {
          fresh.clear();
          d.setMode(r.how === "later" ? "emergency" : "login");
          tellKept();
          return;
        }
        retry = 500;
        d.setMode("online");
        gone.add(rec.id);
        if (r.how === "sent") {
          await outbox.drop("outbox", rec.seq);
          settled(rec.id);
          accept(rec, r);
        } else {
          await outbox.refuse(rec, r.code, r.detail);
          settled(rec.id);
          forget(rec.id);
          d.complain(`${d.text("refused_title")}: ${r.detail}`);
          await renderRefused();
        }
        over(rec.id);
        d.render();
        remember();
        if (d.channel) d.channel.postMessage({ session: rec.session, id: rec.id, sent: r.how === "sent", undoes: rec.undoes, tallies: r.out?.tallies });
      }
    };

    // heard takes what another tab of this PC sent or was refused; its answer told
    // the tallies of that event's own session.
    const heard = async (m) => {
      if (m.session === d.session) {
        gone.add(m.id);
        if (m.tallies) { d.desk.tallies = m.tallies; d.heard++; }
        if (m.sent && m.undoes) forget(m.undoes);
        if (!m.sent) { forget(m.id); await renderRefused(); }
      }
      await load();
      d.render();
    };

    // renderRefused lists what the server refused: send again, or settled otherwise.
    // What is listed stays as it is: somebody may stand on its button.
    const renderRefused = async () => {
      if (!d.canStore) return;
      const list = (await outbox.all("refused")).filter((r) => r.session === d.session);
      document.getElementById("follow-up").hidden = list.length === 0;
      const items = document.getElementById("follow-list");
      for (const item of [...items.children]) if (!list.some((r) => r.id === item.dataset.id)) item.remove();
      const listed = new Set([...items.children].map((item) => item.dataset.id));
      items.append(...list.filter((r) => !listed.has(r.id)).map((r) => {
        const again = d.make("button", { type: "button", className: "button second", textContent: d.text("again") });
        const other = d.make("button", { type: "button", className: "button second", textContent: d.text("settled") });
        const item = d.make("li", {}, d.make("div", {}, `${d.clock(r.made + d.drift)} ${label(r)}: ${r.detail}`), d.make("div", { className: "buttons" }, again, other));
        item.dataset.id = r.id;
        again.addEventListener("click", async () => { item.remove(); await outbox.again(r); await load(); await renderRefused(); pump(); });
        other.addEventListener("click", async () => {
          item.remove();
          await record({ act: "followup", what: r.id, reason: r.code }, r.id);
          await renderRefused();
        });
        return item;
      }));
    };

    // undo takes back the own last event that still stands.
    const undo = () => {
      const taken = new Set(d.pending.filter((p) => p.act === "undo").map((p) => p.undoes));
      const last = d.desk.undoable.filter((u) => !taken.has(u.id)).pop();
      if (!last) return d.complain(d.text("nothing_to_undo"));
      record({ act: "undo", undoes: last.id, election: "", destination: "" });
    };
    // begin takes up what an earlier page left. It is undoable too, by its maker.
    const begin = async () => {
      await load();
      const have = new Set(d.desk.undoable.map((u) => u.id));
      for (const e of d.pending) if (count(e) && e.author === d.desk.person && !have.has(e.id)) d.desk.undoable.push(e);
      await remember();
      await renderRefused();
    };
    return { begin, heard, remember, record, undo, pump, settlePaper, soon: () => { retry = 500; pump(); } };
  };
})();
