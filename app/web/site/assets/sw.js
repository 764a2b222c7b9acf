// The service worker of a screen that works on without a network (the desk, the
// sorting screen). It keeps the screen's empty page and the files of the look,
// nothing else: no answer that needed a login is ever stored. KEEP is written
// above by the server, with the hash of each file in its address.
"use strict";
const SHELL = KEEP.shell;
const CACHE = `${KEEP.name}-${KEEP.version}`;
const PAGES = new RegExp(KEEP.pages);

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(KEEP.assets);
    const lang = new URL(location.href).searchParams.get("tekst") === "en" ? "en" : "da";
    const shell = await fetch(SHELL, { credentials: "omit", cache: "no-store", headers: { "Accept-Language": lang } });
    if (!shell.ok) throw new Error("no shell");
    await cache.put(SHELL, shell);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith(`${KEEP.name}-`) && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

// A page of the screen: the network first. When it does not answer within three
// seconds or the server is down, the kept page; at the desk also in place of the
// session's other pages, which need the server.
const page = async (request) => {
  const shell = async () => (await caches.match(SHELL, { cacheName: CACHE, ignoreVary: true })) || Response.error();
  try {
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 3000));
    const res = await Promise.race([fetch(request), late]);
    return res.status >= 500 ? await shell() : res;
  } catch {
    return shell();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && PAGES.test(url.pathname)) event.respondWith(page(request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith((async () => (await caches.match(request, { cacheName: CACHE, ignoreVary: true })) || fetch(request))());
});
