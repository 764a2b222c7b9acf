// The keys of the desk: one field that has the focus unless a person takes it
// elsewhere with Tab, function keys, buttons and command barcodes that all do the
// same, and the coded forms below.
"use strict";
(() => {
  const { recognise } = Brevstemme;
  const KEYS = { F2: "PLUS", F4: "ELECTION", F8: "OTHER", F9: "UNDO", F10: "LOCK" };
  const $ = (id) => document.getElementById(id);

  // deskKeys puts the keyboard to work for a desk d with its queue q; it returns
  // the commands by name; choose, which sets the election; rest, which gives the
  // focus back to the field when nobody needs it; and away: somebody does, or the
  // next entry answers a question.
  Brevstemme.deskKeys = (d, q) => {
    const { field } = d;
    let asking = ""; // what the next entry answers: "municipality", "line"
    const election = () => d.desk.elections[d.chosen];
    // late warns when an envelope can no longer be sent safely to its municipality:
    // it is received all the same, and somebody must drive.
    const late = (destination) => {
      const last = (election().last || {})[destination];
      if (last === undefined || last >= Math.max(d.now(), d.desk.leaves)) return;
      const name = (d.page.kommuner.find(([c]) => c === destination) || ["", destination])[1];
      d.complain(last > d.now() ? d.text("too_late", name, d.moment(last)) : d.text("too_late_now", name));
    };
    const receive = (destination) => { asking = ""; q.record({ act: "receive", election: election().id, destination: destination === d.desk.own ? "own" : destination }); late(destination); };
    const choose = (i) => {
      d.chosen = i;
      for (const r of document.querySelectorAll("#scan-form input[name=election]")) r.checked = r.value === election().id;
      d.render();
    };
    const next = () => {
      for (let k = 1; k <= d.desk.elections.length; k++) {
        const i = (d.chosen + k) % d.desk.elections.length;
        if (!d.desk.elections[i].over) { choose(i); d.say(d.text("chosen_election", `${election().word} – ${election().name}`)); return; }
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
      OTHER: () => { asking = "municipality"; d.say(d.text("give_municipality")); },
      UNKNOWN: () => receive("unknown"),
      UNDO: q.undo,
      VOID: () => reveal("void", "input:not([type=hidden]), select"),
      SPOIL: () => q.record({ act: "spoil", election: election().id, what: "set" }),
      ELECTION: next,
      HELP: () => q.record({ act: "mark", what: "help" }),
      LINE: () => { asking = "line"; d.say(d.text("give_line")); },
      LOCK: () => { if ($("lock-form")) $("lock-form").requestSubmit(); else d.complain(d.text("lock_waits")); },
      CLOSE: () => { if (d.waiting === 0 && d.mode === "online") location.href = `/skranke/${d.session}/lukning`; else d.complain(d.text("close_waits")); },
    };

    const handle = (value) => {
      const s = recognise(value, d.page.kommuner, d.page.commands);
      field.value = "";
      if (asking === "line") {
        asking = "";
        if (/^\d{1,3}$/.test(value.trim())) return q.record({ act: "mark", what: "line", n: Number(value) });
      }
      switch (s.kind) {
        case "empty": return asking === "municipality" ? receive("unknown") : receive("own");
        case "cpr": return d.complain(d.text("refused_cpr"));
        case "poll_card": return d.complain(d.text("refused_poll"));
        case "command": return commands[s.command]();
        case "kommune":
          if (s.value) return receive(s.value);
          return d.complain(d.text("many_match", s.matches.slice(0, 6).map(([c, n]) => `${n} ${c}`).join(", ")));
        case "staff": return commands.LOCK();
        case "form": location.href = `/skranke/${d.session}/noedblok`; return;
        case "unknown": return d.complain(d.text("not_understood"));
        default: return d.complain(d.text("ignored_serial"));
      }
    };

    // free tells that nothing else needs the keyboard now: what has the focus is no
    // stop of Tab (the page, its errors) or a button that does what a key does.
    const free = () => {
      const a = document.activeElement;
      return !a || a.tabIndex < 0 || (a.tagName === "BUTTON" && a.closest("#desk-keys"));
    };
    // While Tab moves the focus it is the person's, also past the page's last stop.
    let moving = false;
    const rest = () => { if (!moving && document.hasFocus() && free() && document.activeElement.tagName !== "BUTTON") field.focus(); };
    document.addEventListener("pointerdown", () => { d.touched = Date.now(); moving = false; });
    document.addEventListener("keydown", (e) => {
      d.touched = Date.now();
      moving = e.key === "Tab";
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
      if (e.key === "Escape") { asking = ""; field.value = ""; d.say(""); field.focus(); return; }
      // A scanner does not know where the focus is: its first character brings it
      // back. Space presses the button that has it.
      if (e.key.length === 1 && !(e.key === " " && e.target.tagName === "BUTTON") && !e.ctrlKey && !e.altKey && !e.metaKey && e.target !== field && free()) field.focus();
    }, true);

    $("desk-keys").addEventListener("click", (e) => {
      const b = e.target.closest("[data-command]");
      if (!b) return;
      field.focus();
      if (e.detail > 1) return; // the second click of a double click
      commands[b.dataset.command]();
    });
    $("piles").addEventListener("click", (e) => {
      const i = d.desk.elections.findIndex((x) => x.id === e.target.closest("[data-election]")?.dataset.election);
      if (i >= 0 && !d.desk.elections[i].over) choose(i);
      field.focus();
    });
    $("scan-form").addEventListener("submit", (e) => { e.preventDefault(); e.stopPropagation(); });
    $("scan-form").addEventListener("change", (e) => {
      const i = d.desk.elections.findIndex((x) => x.id === e.target.value);
      if (e.target.name === "election" && i >= 0) { choose(i); field.focus(); }
    });
    // Locking needs the server: without it the person could not come back.
    $("lock-form")?.addEventListener("submit", (e) => {
      if (d.mode !== "emergency") return;
      e.preventDefault();
      e.stopPropagation();
      d.complain(d.text("lock_waits"));
      field.focus();
    });

    // eventOf reads one of the coded forms; null: it holds what may not be sent.
    const eventOf = (form, button) => {
      const f = new FormData(form, button), act = form.dataset.event, ev = { act };
      if (act === "void" || act === "spoil") Object.assign(ev, { election: f.get("election") || election().id, reason: f.get("reason") });
      if (act === "spoil") ev.what = "set";
      if (act === "incident") ev.reason = f.get("reason");
      if (act === "mark") Object.assign(ev, { what: f.get("what"), n: Number.parseInt(f.get("n") || "0", 10) || 0 });
      if (act !== "void") return ev;
      const s = recognise(String(f.get("scan") || ""), d.page.kommuner, d.page.commands);
      if (s.kind === "empty") ev.destination = "own";
      else if (s.kind === "kommune" && s.value) ev.destination = s.value;
      else { d.complain(d.text({ cpr: "refused_cpr", poll_card: "refused_poll" }[s.kind] || "not_understood")); return null; }
      return ev;
    };
    for (const form of document.querySelectorAll("form[data-event]")) form.addEventListener("submit", (e) => {
      e.preventDefault();
      e.stopPropagation();
      const ev = eventOf(form, e.submitter);
      if (!ev) { form.reset(); return; }
      q.record(ev);
      if (ev.act === "void" || ev.act === "mark") form.reset();
      const box = form.closest("details");
      if (box) box.open = false;
      field.focus();
    });

    // Focus: back to the field after everything, a moment later, when whoever comes
    // back to the window by Tab stands somewhere.
    addEventListener("focus", () => setTimeout(rest, 0));
    document.addEventListener("focusout", () => setTimeout(rest, 0));
    return { commands, choose, rest, away: () => asking !== "" || (document.activeElement !== field && !free()) };
  };
})();
