// What a text at the sorting screen means: the rules of onward.ReadPile on the server.
"use strict";
(() => {
  const { fold, readLabel } = Brevstemme;
  const WORDS = { "?": "unknown", ukendt: "unknown", unknown: "unknown", "for sent": "late", late: "late" };

  // sortBins reads texts for a sorting, which lists its bins and all municipalities.
  Brevstemme.sortBins = (sort) => {
    const kommune = new Map(sort.kommuner);
    const districts = sort.bins.filter(([key]) => key.startsWith("own:"));
    const nameOf = (bin) => {
      const b = sort.bins.find(([key]) => key === bin);
      if (b) return b[1] && b[1] !== "?" ? `${b[1]} ${b[2]}` : b[2];
      const code = bin.slice(bin.indexOf(":") + 1);
      return `${kommune.get(code) || code} (${code})`;
    };
    // like lists the bins that a text may mean, one when it is certain.
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
    return { kommune, nameOf, like };
  };
})();
