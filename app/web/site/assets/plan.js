// The week matrix by keyboard: arrows and Enter move, Ctrl+D copies down from the
// cell above, Ctrl+Z takes back. Without this script it is an ordinary form.
(() => {
  "use strict";
  const form = document.getElementById("matrix");
  if (!form) return;
  const live = document.getElementById("live");
  const say = (text) => { if (live) live.textContent = text; };
  const rows = [...form.querySelectorAll("tbody tr")].map((tr) => [...tr.querySelectorAll("input[name^='c.']")]);
  const place = new Map();
  rows.forEach((row, y) => row.forEach((cell, x) => place.set(cell, [x, y])));
  const undo = [];
  const hours = /^\s*$|^\s*\d{1,2}([.:]?\d{2})?\s*[-–]\s*\d{1,2}([.:]?\d{2})?(\s*[,;]\s*\d{1,2}([.:]?\d{2})?\s*[-–]\s*\d{1,2}([.:]?\d{2})?)*\s*$/;

  const mark = (cell) => {
    const changed = cell.value.trim() !== cell.nextElementSibling.value;
    cell.toggleAttribute("data-changed", changed);
    if (hours.test(cell.value)) cell.removeAttribute("aria-invalid");
    else cell.setAttribute("aria-invalid", "true");
  };
  const count = () => form.querySelectorAll("input[data-changed]").length;
  const set = (cell, value) => { cell.value = value; mark(cell); };
  const go = (x, y) => {
    const cell = rows[y] && rows[y][x];
    if (cell) { cell.focus(); cell.select(); }
  };

  let before = "";
  form.addEventListener("focusin", (e) => { if (place.has(e.target)) before = e.target.value; });
  form.addEventListener("change", (e) => {
    const cell = e.target;
    if (!place.has(cell)) return;
    if (cell.value !== before) undo.push([cell, before]);
    before = cell.value;
    mark(cell);
    say(cell.hasAttribute("aria-invalid") ? form.dataset.bad : form.dataset.changed + " " + count());
  });
  form.addEventListener("keydown", (e) => {
    const at = place.get(e.target);
    if (!at) return;
    const [x, y] = at, cell = e.target;
    const ctrl = e.ctrlKey || e.metaKey;
    if (ctrl && e.key.toLowerCase() === "d") {
      e.preventDefault();
      if (y > 0 && cell.value !== rows[y - 1][x].value) {
        undo.push([cell, cell.value]);
        set(cell, rows[y - 1][x].value);
        before = cell.value;
        say(form.dataset.changed + " " + count());
      }
      return;
    }
    if (ctrl && e.key.toLowerCase() === "z") {
      e.preventDefault();
      if (cell.value !== before) { set(cell, before); return; }
      const last = undo.pop();
      if (last) { set(last[0], last[1]); last[0].focus(); before = last[1]; say(form.dataset.undone); }
      return;
    }
    if (ctrl || e.altKey) return;
    const all = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    switch (e.key) {
      case "ArrowDown": case "Enter": e.preventDefault(); go(x, y + 1); break;
      case "ArrowUp": e.preventDefault(); go(x, y - 1); break;
      case "ArrowLeft": if (all || cell.selectionEnd === 0) { e.preventDefault(); go(x - 1, y); } break;
      case "ArrowRight": if (all || cell.selectionStart === cell.value.length) { e.preventDefault(); go(x + 1, y); } break;
    }
  });
  // Some keyboards and readers send the character apart from the key: it must not
  // send half a week.
  form.addEventListener("keypress", (e) => { if (e.key === "Enter" && place.has(e.target)) e.preventDefault(); });
  place.forEach((_, cell) => mark(cell));
})();
