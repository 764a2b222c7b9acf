// What was scanned or typed: the same rules as custody.Recognise on the server.
// A text that may be a voter's number is refused here, before anything is sent
// or stored.
"use strict";
(() => {
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const OURS = { K: "container", S: "session", N: "form", V: "version", M: "staff" };

  const clean = (text) => text.trim().toUpperCase().replace(/[ \-.'+/\t\u00a0]/g, "");

  // ISO/IEC 7064, MOD 37,36.
  const checkCharacter = (body) => {
    let p = 36;
    for (const c of body) {
      const v = ALPHABET.indexOf(c);
      if (v < 0) return "";
      let s = (p + v) % 36;
      if (s === 0) s = 36;
      p = (s * 2) % 37;
    }
    return ALPHABET[(37 - p) % 36];
  };
  const isSerial = (s) => s.length >= 2 && checkCharacter(s.slice(0, -1)) === s[s.length - 1];

  // Danish order and spelling: aa is å, small letters, hyphen is a space.
  const fold = (s) => s.trim().toLowerCase().replaceAll("aa", "å").replaceAll("ä", "æ").replaceAll("ö", "ø").replaceAll("-", " ");

  const municipality = (text, kommuner) => {
    if (/^\d+$/.test(text)) {
      const code = text.padStart(4, "0");
      const hit = kommuner.find(([c]) => c === code);
      return hit ? { kind: "kommune", value: hit[0], matches: [hit] } : { kind: "unknown" };
    }
    const p = fold(text);
    const matches = kommuner.filter(([, name]) => fold(name).startsWith(p));
    if (matches.length === 0) return { kind: "unknown" };
    const one = matches.length === 1 || fold(matches[0][1]) === p;
    return { kind: "kommune", value: one ? matches[0][0] : "", matches };
  };

  const recognise = (text, kommuner, commands) => {
    const t = text.trim();
    if (t === "") return { kind: "empty" };
    if (Brevstemme.looksLikeCPR(t) || /[%;?^=]/.test(t)) return { kind: "cpr" };
    const c = clean(t);
    if (/^\d+$/.test(c)) {
      if (c.length <= 4) return municipality(c, kommuner);
      return c.length <= 8 ? { kind: "seal", value: c } : { kind: "poll_card" };
    }
    if (isSerial(c)) {
      if (commands[c]) return { kind: "command", command: commands[c] };
      if (OURS[c[0]] && c.length >= 6 && /\d/.test(c)) return { kind: OURS[c[0]], value: c };
    }
    const m = municipality(t, kommuner);
    if (m.kind === "kommune") return m;
    return c.replace(/\D/g, "").length > 8 ? { kind: "poll_card" } : { kind: "unknown" };
  };

  // readLabel reads the label of a sorting bin: a letter for the kind and four
  // digits, "" when it is none.
  const readLabel = (text) => {
    const c = clean(text);
    return isSerial(c) && /^B[AKUS]\d{4}.$/.test(c) ? c.slice(1, 6) : "";
  };

  Brevstemme.recognise = recognise;
  Brevstemme.fold = fold;
  Brevstemme.readLabel = readLabel;
})();
