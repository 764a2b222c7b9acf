// What a sorting screen keeps on this PC, so that it can be reloaded without a
// network: the page as the server told it last, and the count since. The count is
// written in one transaction with the act that changed it; what was sent is in the
// sums, what may still be waiting is a mark of its own, so that a mark is on the
// screen once, whether the server has it or not.
"use strict";
(() => {
  const { outbox } = Brevstemme;

  // sortMemory is the memory of one count of a sorting.
  Brevstemme.sortMemory = (sorting, pass) => {
    const key = `${sorting}/${pass}`, page = `${key}/page`;
    let base = {}; // bin → envelopes that the server has
    let marks = []; // {id, bin, n}: acts since, n < 0 takes back
    let undoable = [];
    let over = false; // forgotten: nothing more is kept
    const now = () => over ? null : ({ session: key, sorting: true, base, marks, undoable: undoable.slice(-50) });
    const total = () => {
      const piles = { ...base };
      for (const m of marks) piles[m.bin] = (piles[m.bin] || 0) + m.n;
      return piles;
    };
    return {
      now, total,
      // begin takes what the server says; what is kept of other counts of the sorting goes.
      async begin(sort) {
        base = { ...sort.piles };
        undoable = sort.undoable;
        const { piles, undoable: _, ...rest } = sort;
        for (const d of await outbox.all("desks")) if (d.session.startsWith(`${sorting}/`) && d.session !== key && d.session !== page) await outbox.drop("desks", d.session);
        await outbox.put("desks", { session: page, sort: rest });
        await outbox.put("desks", now());
      },
      // recall returns what the page knew and the marks that this PC still has to
      // send or was refused are left to the caller; null: this PC never saw the count.
      async recall() {
        const [kept, count] = [await outbox.get("desks", page), await outbox.get("desks", key)];
        if (!kept || !count) return null;
        const refused = new Set((await outbox.all("refused")).map((r) => r.id));
        ({ base, undoable } = count);
        marks = count.marks.filter((m) => !refused.has(m.id));
        return { ...kept.sort, undoable };
      },
      has: (id) => marks.some((m) => m.id === id),
      mark: (id, bin, n) => marks.push({ id, bin, n }),
      // sent moves a mark into the sums; refused takes it out and returns it.
      sent(id) {
        const m = marks.find((x) => x.id === id);
        if (!m) return;
        base[m.bin] = (base[m.bin] || 0) + m.n;
        marks = marks.filter((x) => x !== m);
      },
      refused(id) {
        const m = marks.find((x) => x.id === id);
        marks = marks.filter((x) => x !== m);
        return m;
      },
      keep: () => over ? Promise.resolve() : outbox.put("desks", now()).catch(() => {}),
      // forget: the count is ended, and nobody who counts after it may see it here.
      forget: () => (over = true) && Promise.all([outbox.drop("desks", page), outbox.drop("desks", key)]).catch(() => {}),
    };
  };
})();
