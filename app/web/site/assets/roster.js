// The roster by keyboard: arrows and Enter move, Ctrl+D copies down from the cell
// above, Ctrl+Z takes back, and each cell says what is wrong while it is typed.
// Without this script it is an ordinary form.
(() => {
  "use strict";
  const form = document.getElementById("roster");
  if (!form) return;
  const live = document.getElementById("live");
  const say = (text) => { if (live) live.textContent = text; };
  const week = form.elements.week.value;
  // columns[x] lists the cells of a day from top to bottom; rows the cells of a place.
  const at = new Map(), columns = [], rows = [];
  form.querySelectorAll("tbody tr").forEach((tr) => {
    const row = [];
    [...tr.cells].slice(1).forEach((td, x) => td.querySelectorAll("input[name^='c.']").forEach((cell) => {
      (columns[x] = columns[x] || []).push(cell);
      row.push(cell);
      at.set(cell, { x, y: columns[x].length - 1, row: rows.length, n: row.length - 1 });
    }));
    rows.push(row);
  });
  const id = (cell) => cell.name.slice(2);
  const changed = (cell) => cell.value.trim() !== cell.nextElementSibling.value;
  const undo = [];
  let before = "", timer = 0, asked = 0;

  const show = (cell, out) => {
    const list = document.getElementById("r-" + id(cell));
    list.replaceChildren(...out.remarks.map((m) => {
      const li = document.createElement("li");
      li.textContent = m.text;
      if (m.stops) li.className = "stops";
      return li;
    }));
    document.getElementById("h-" + id(cell)).textContent = out.have;
    if (out.remarks.some((m) => m.stops)) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  };
  const check = async () => {
    const cells = {}, mine = ++asked;
    at.forEach((_, cell) => { if (changed(cell) || cell.dataset.touched) cells[id(cell)] = cell.value; });
    try {
      const res = await fetch(form.dataset.check, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify({ week, cells }), credentials: "same-origin" });
      const out = res.ok && await res.json();
      if (!out || mine !== asked) return; // a later answer is on its way
      at.forEach((_, cell) => { if (out[id(cell)]) show(cell, out[id(cell)]); });
      form.dataset.checked = String(mine);
      const now = document.activeElement, first = at.has(now) && out[id(now)] && out[id(now)].remarks[0];
      if (first) say(first.text);
    } catch { /* no network: the server says the same when the week is saved */ }
  };
  const mark = (cell) => {
    cell.toggleAttribute("data-changed", changed(cell));
    cell.dataset.touched = "1";
    clearTimeout(timer);
    timer = setTimeout(check, 250);
  };
  const go = (cell) => { if (cell) { cell.focus(); cell.select(); } };
  const change = (cell, value) => { undo.push([cell, cell.value]); cell.value = before = value; mark(cell); say(form.dataset.changed + " " + form.querySelectorAll("input[data-changed]").length); };

  form.addEventListener("focusin", (e) => { if (at.has(e.target)) before = e.target.value; });
  form.addEventListener("input", (e) => { if (at.has(e.target)) mark(e.target); });
  form.addEventListener("change", (e) => {
    if (!at.has(e.target) || e.target.value === before) return;
    undo.push([e.target, before]);
    before = e.target.value;
  });
  form.addEventListener("keydown", (e) => {
    const p = at.get(e.target), cell = e.target;
    if (!p) return;
    const ctrl = e.ctrlKey || e.metaKey, key = e.key.toLowerCase();
    if (ctrl && key === "d") {
      e.preventDefault();
      const above = columns[p.x][p.y - 1];
      if (above && above.value !== cell.value) change(cell, above.value);
      return;
    }
    if (ctrl && key === "z") {
      e.preventDefault();
      if (cell.value !== before) { cell.value = before; mark(cell); return; }
      const last = undo.pop();
      if (last) { last[0].value = before = last[1]; mark(last[0]); go(last[0]); say(form.dataset.undone); }
      return;
    }
    if (ctrl || e.altKey) return;
    const all = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    switch (e.key) {
      case "ArrowDown": case "Enter": e.preventDefault(); go(columns[p.x][p.y + 1]); break;
      case "ArrowUp": e.preventDefault(); go(columns[p.x][p.y - 1]); break;
      case "ArrowLeft": if (all || cell.selectionEnd === 0) { e.preventDefault(); go(rows[p.row][p.n - 1]); } break;
      case "ArrowRight": if (all || cell.selectionStart === cell.value.length) { e.preventDefault(); go(rows[p.row][p.n + 1]); } break;
    }
  });
  form.addEventListener("keypress", (e) => { if (e.key === "Enter" && at.has(e.target)) e.preventDefault(); });
  at.forEach((_, cell) => {
    cell.toggleAttribute("data-changed", changed(cell));
    if (document.getElementById("r-" + id(cell)).querySelector(".stops")) cell.setAttribute("aria-invalid", "true");
  });
})();
