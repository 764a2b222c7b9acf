// The board keeps itself fresh: the server says that something was written, the
// board fetches itself, at most once a second. Signs of life are in no entry, so
// it also looks every 20 seconds.
"use strict";
(() => {
  const board = document.getElementById("board");
  let due = 0, busy = false;
  const fetchAgain = async () => {
    if (busy) { due = 1; return; }
    busy = true;
    try {
      const res = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(10000) });
      if (res.redirected) { location.reload(); return; }
      const page = new DOMParser().parseFromString(await res.text(), "text/html");
      const fresh = page.getElementById("board");
      if (res.ok && fresh) board.replaceChildren(...fresh.childNodes);
    } catch { /* the next look comes by itself */ }
    setTimeout(() => { busy = false; if (due) { due = 0; fetchAgain(); } }, 1000);
  };
  const stream = new EventSource(board.dataset.stream);
  stream.addEventListener("open", () => { board.dataset.live = "1"; fetchAgain(); });
  stream.addEventListener("error", () => { delete board.dataset.live; });
  stream.addEventListener("news", fetchAgain);
  setInterval(fetchAgain, 20000);
})();
