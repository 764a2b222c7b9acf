// The piles on the counting screen: per election what the server has, and what
// waits on this PC on top of it.
"use strict";
(() => {
  const KINDS = ["own", "other", "unknown"];
  const kind = (destination) => (destination === "own" || destination === "unknown" ? destination : "other");

  const figures = (d) => {
    const sums = new Map(d.desk.tallies.map((t) => [t.election, { received: t.received, voided: t.voided, spoiled: t.spoiled, kinds: { own: 0, other: 0, unknown: 0, ...t.kinds } }]));
    const known = new Map();
    for (const u of d.desk.undoable) known.set(u.id, u);
    for (const e of d.pending) known.set(e.id, e);
    for (const e of d.pending) {
      const u = e.act === "undo" ? known.get(e.undoes) : e;
      const s = u && sums.get(u.election);
      if (!s) continue;
      const n = e.act === "undo" ? -1 : 1;
      if (u.act === "receive") { s.received += n; s.kinds[kind(u.destination)] += n; }
      if (u.act === "void") s.voided += n;
      if (u.act === "spoil") s.spoiled += n;
    }
    return sums;
  };

  // swatch is the election's colour; its word stands beside it.
  const swatch = (colour) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [k, v] of Object.entries({ class: "swatch", viewBox: "0 0 10 10", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" })) svg.setAttribute(k, v);
    for (const [k, v] of Object.entries({ width: 10, height: 10, fill: colour })) rect.setAttribute(k, v);
    svg.append(rect);
    return svg;
  };

  // build draws the piles of a kept page, whose elections the server did not draw.
  const build = (d, holder) => holder.replaceChildren(...d.desk.elections.map((e) => {
    const counts = d.make("p", { className: "pile-kinds" });
    const count = (key, name) => {
      const b = d.make("b", {});
      b.dataset[key] = name;
      counts.append(d.make("span", {}, `${d.text("kind_" + (name || key))} `, b), " ");
    };
    for (const k of KINDS) count("kind", k);
    for (const k of ["voided", "spoiled"]) count(k, "");
    const total = d.make("p", { className: "pile-number" });
    total.dataset.total = "";
    const pile = d.make("section", { className: "pile" }, d.make("h2", {}, swatch(e.colour), `${e.word} `, d.make("span", { className: "soft" }, e.name)), total, counts);
    pile.dataset.election = e.id;
    return pile;
  }));

  Brevstemme.swatch = swatch;
  // render writes the figures; a kept page is drawn first.
  Brevstemme.renderPiles = (d) => {
    const holder = document.getElementById("piles");
    if (d.shell && holder.children.length !== d.desk.elections.length) build(d, holder);
    const sums = figures(d);
    d.desk.elections.forEach((e, i) => {
      const pile = holder.querySelector(`[data-election="${CSS.escape(e.id)}"]`), s = sums.get(e.id);
      if (!pile || !s) return;
      pile.querySelector("[data-total]").textContent = s.received.toLocaleString("da-DK");
      for (const k of KINDS) pile.querySelector(`[data-kind="${k}"]`).textContent = s.kinds[k];
      pile.querySelector("[data-voided]").textContent = s.voided;
      pile.querySelector("[data-spoiled]").textContent = s.spoiled;
      pile.toggleAttribute("data-chosen", i === d.chosen && d.desk.elections.length > 1);
    });
  };
})();
