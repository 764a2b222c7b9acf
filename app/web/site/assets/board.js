// The board keeps itself fresh: the server says that something was written, the
// board fetches itself, at most once a second. Signs of life are in no entry, so
// it also looks every 20 seconds. Who stands in it with the keyboard stays there,
// and what was unfolded stays so.
"use strict";
(() => {
  const board = document.getElementById("board");
  let due = 0, busy = false, shown = board.innerHTML;
  const alike = (e) => [...board.querySelectorAll(e.tagName)].filter((x) => x.id === e.id && x.getAttribute("href") === e.getAttribute("href"));
  const renew = (fresh) => {
    if (fresh.innerHTML === shown) return; // nothing is moved under whoever reads it
    shown = fresh.innerHTML;
    const stood = board.contains(document.activeElement) ? document.activeElement : null;
    const nth = stood && alike(stood).indexOf(stood), unfolded = [...board.querySelectorAll("details")].map((e) => e.open);
    board.replaceChildren(...fresh.childNodes);
    board.querySelectorAll("details").forEach((e, i) => { e.open ||= unfolded[i] === true; });
    if (stood) alike(stood)[nth]?.focus({ preventScroll: true });
  };
  const fetchAgain = async () => {
    if (busy) { due = 1; return; }
    busy = true;
    try {
      const res = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(10000) });
      if (res.redirected) { location.reload(); return; }
      const page = new DOMParser().parseFromString(await res.text(), "text/html");
      const fresh = page.getElementById("board");
      if (res.ok && fresh) renew(fresh);
    } catch { /* the next look comes by itself */ }
    setTimeout(() => { busy = false; if (due) { due = 0; fetchAgain(); } }, 1000);
  };
  const stream = new EventSource(board.dataset.stream);
  stream.addEventListener("open", () => { board.dataset.live = "1"; fetchAgain(); });
  stream.addEventListener("error", () => { delete board.dataset.live; });
  stream.addEventListener("news", fetchAgain);
  setInterval(fetchAgain, 20000);
})();
