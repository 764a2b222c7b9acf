// The outbox of the desk: events lie in IndexedDB until the server has them on
// disk. It survives reload, tab close, restart, a second tab, an expired login
// and a new version. Only event ids, kinds, counts and times are stored; nothing
// of a voter exists to be stored.
"use strict";
(() => {
  const NAME = "brevstemme-desk";
  let db = null;

  const open = () => new Promise((resolve, reject) => {
    const r = indexedDB.open(NAME, 1);
    r.onupgradeneeded = () => {
      r.result.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
      r.result.createObjectStore("refused", { keyPath: "id" });
      r.result.createObjectStore("desks", { keyPath: "session" });
      r.result.createObjectStore("meta", { keyPath: "key" });
    };
    r.onsuccess = () => { r.result.onversionchange = () => r.result.close(); resolve(r.result); };
    r.onerror = () => reject(r.error);
    r.onblocked = () => reject(new Error("blocked"));
  });

  // run makes one transaction; the promise resolves when it is complete, with
  // strict durability when it is on disk. The commit is given with the last
  // request, so that a page that is left or killed a moment later loses nothing.
  const run = (stores, mode, work, durability = "relaxed") => new Promise((resolve, reject) => {
    const t = db.transaction(stores, mode, { durability });
    const request = work(t);
    if (mode === "readwrite" && t.commit) t.commit();
    t.oncomplete = () => resolve(request ? request.result : undefined);
    t.onerror = t.onabort = () => reject(t.error || new Error("aborted"));
  });
  const get = (store, key) => run([store], "readonly", (t) => t.objectStore(store).get(key));
  const all = (store) => run([store], "readonly", (t) => t.objectStore(store).getAll());
  const put = (store, value) => run([store], "readwrite", (t) => t.objectStore(store).put(value));
  const drop = (store, key) => run([store], "readwrite", (t) => t.objectStore(store).delete(key));

  // body is what is sent: the same bytes at every attempt, or the server would
  // take it for another event under the same key.
  const body = (rec, device) => {
    const e = { act: rec.act };
    for (const k of ["election", "destination", "what", "n", "pass", "reason", "undoes", "author"]) if (rec[k]) e[k] = rec[k];
    return JSON.stringify({ ...e, device, device_seq: rec.seq, device_at: rec.made });
  };

  // send tries one event. "sent", "refused" (never again as it is), "login", or
  // "later" (network, server, portal: try again).
  const send = async (rec, device, queued) => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 8000);
    try {
      const headers = { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": rec.id, "Device-Sent-At": String(Date.now()) };
      if (queued) headers["Device-Queued"] = "1";
      const res = await fetch(rec.path || `/api/v1/sessions/${rec.session}/events`, { method: "POST", headers, body: body(rec, device), credentials: "same-origin", signal: abort.signal, redirect: "error" });
      // A captive portal answers 200 with a page of its own.
      const json = /^application\/(problem\+)?json/.test(res.headers.get("Content-Type") || "") ? await res.json() : null;
      const version = res.headers.get("Desk-Version") || "", clock = res.headers.get("Desk-Clock") || "";
      if (res.ok && json && json.id === rec.id) return { how: "sent", out: json, version, clock };
      if (res.status === 401) return { how: "login" };
      if (!json || res.ok || res.status >= 500 || res.status === 429 || res.status === 408) return { how: "later" };
      return { how: "refused", code: json.code || "", detail: json.detail || "", version };
    } catch {
      return { how: "later" };
    } finally {
      clearTimeout(timer);
    }
  };

  Brevstemme.outbox = {
    send, all, get, put, drop,
    // start opens the store and proves that it can write; false: this browser cannot.
    async start() {
      try {
        db = await open();
        const probe = Brevstemme.newKey();
        await put("meta", { key: "probe", value: probe });
        const back = await get("meta", "probe");
        if (!back || back.value !== probe) return false;
        if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
        return true;
      } catch {
        db = null;
        return false;
      }
    },
    // device is the random id of this browser.
    async device() {
      const d = await get("meta", "device");
      if (d) return d.value;
      const value = Brevstemme.newKey();
      await put("meta", { key: "device", value });
      return value;
    },
    // first is the oldest event that waits.
    async first() { return (await run(["outbox"], "readonly", (t) => t.objectStore("outbox").getAll(null, 1)))[0]; },
    // add puts an event on disk, in one transaction with the desk's memory (null:
    // nothing may be kept), and gives it its place in the order of this device.
    // What it settles leaves the follow-up list with it.
    async add(rec, memory, settles = "") {
      rec.seq = await run(["outbox", "desks", "refused"], "readwrite", (t) => {
        if (memory) t.objectStore("desks").put(memory);
        if (settles) t.objectStore("refused").delete(settles);
        return t.objectStore("outbox").add(rec);
      }, "strict");
    },
    // refuse moves an event to the follow-up list in one transaction.
    refuse: (rec, code, detail) => run(["outbox", "refused"], "readwrite", (t) => {
      t.objectStore("refused").put({ ...rec, code, detail });
      t.objectStore("outbox").delete(rec.seq);
    }),
    // again moves an event back to the end of the outbox.
    again: (rec) => run(["outbox", "refused"], "readwrite", (t) => {
      const { seq, code, detail, ...fresh } = rec;
      t.objectStore("refused").delete(rec.id);
      t.objectStore("outbox").add(fresh);
    }),
  };
})();
