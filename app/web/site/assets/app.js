// Progressive enhancement only: every page works without it.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  const words = document.body.dataset;
  const SECRET = new Set(["password", "new_password", "repeat_password", "pin", "otp"]);

  // Law 1 of the house, in the browser: the same rule as models.LooksLikeCPR.
  // Ten digits that begin with a day and a month, separators allowed after the
  // second, fourth and sixth.
  const CPR = /(?<!\p{Nd})(\p{Nd}{2})[-–—_./+:\s]{0,3}(\p{Nd}{2})[-–—_./+:\s]{0,3}\p{Nd}{2}[-–—_./+:\s]{0,3}\p{Nd}{4}(?!\p{Nd})/gu;
  const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
  const looksLikeCPR = (text) => {
    if (UUID.test(text)) return false;
    for (const m of text.matchAll(CPR)) {
      let day = Number(m[1]);
      const month = Number(m[2]);
      if (Number.isNaN(day) || Number.isNaN(month)) return true; // digits of another script: let no one by
      if (day > 60) day -= 60;
      if (day >= 1 && day <= 31 && month >= 1 && month <= 12) return true;
    }
    return false;
  };

  // A key is a UUID of version 7 (RFC 9562 § 5.7): its time stands first, so the
  // journal's index of keys grows at its end. crypto.randomUUID is another version,
  // and is missing where the page came without TLS.
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const view = new DataView(bytes.buffer);
    const ms = Date.now();
    view.setUint32(0, Math.floor(ms / 2 ** 16));
    view.setUint16(4, ms % 2 ** 16);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  // The desk's scripts use the same guard and the same kind of key.
  window.Brevstemme = { looksLikeCPR, newKey };

  const refuse = (field) => {
    const old = document.getElementById("cpr-refused");
    if (old) old.remove();
    const p = document.createElement("p");
    p.id = "cpr-refused";
    p.className = "field-error";
    p.setAttribute("role", "alert");
    p.textContent = words.cpr || "";
    field.before(p);
    field.value = "";
    field.focus();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    for (const field of form.elements) {
      if (!field.name || SECRET.has(field.name) || field.type === "file" || field.type === "hidden") continue;
      if (looksLikeCPR(String(field.value || ""))) {
        event.preventDefault();
        refuse(field);
        return;
      }
    }
    // A second click on the same form is swallowed; the server would count it once anyway.
    // A form that opens a tab of its own leaves its page behind: a moment later it is sent anew,
    // as when the printer has eaten the first sheet.
    if (form.method === "post") {
      if (form.dataset.sent) event.preventDefault();
      else if (form.target === "_blank") setTimeout(() => renew(form), 2000);
      form.dataset.sent = "1";
    }
  });

  // renew makes the form of a page another one: what it sends next is another act.
  const renew = (form) => {
    delete form.dataset.sent;
    const key = form.querySelector('input[name="idempotency_key"]');
    if (key) key.value = newKey();
  };
  // Back from the browser's page cache: the form is a new one.
  addEventListener("pageshow", (event) => { if (event.persisted) for (const form of document.forms) renew(form); });

  // Forms filled with a scanner (data-next): the Enter behind each scan moves to
  // the next field instead of sending the form half filled. Ctrl+Enter sends it,
  // and so does Enter in the last field of a form that says data-next="send".
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.repeat || !event.target.matches("form[data-next] input, form[data-next] select")) return;
    event.preventDefault();
    const form = event.target.form;
    if (event.ctrlKey) { form.requestSubmit(); return; }
    const stops = [...form.elements].filter((f) => f.type !== "hidden" && f.tagName !== "FIELDSET");
    const next = stops[stops.indexOf(event.target) + 1];
    if (next && next.type === "submit" && form.dataset.next === "send") form.requestSubmit();
    else if (next) next.focus();
  });
  // The same Enter may still arrive as a character in the field that has the focus now.
  document.addEventListener("keypress", (event) => {
    if (event.key === "Enter" && event.target.matches("form[data-next] input, form[data-next] select")) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print],[data-nav]");
    if (!button) return;
    if (button.hasAttribute("data-print")) {
      print();
      return;
    }
    const nav = document.getElementById("nav");
    const open = nav.toggleAttribute("data-open");
    button.setAttribute("aria-expanded", String(open));
  });

  const offline = document.getElementById("offline");
  // A counting screen keeps what is typed and says so itself.
  const network = () => { if (offline) offline.hidden = navigator.onLine || document.getElementById("desk-state") !== null; };
  addEventListener("online", network);
  addEventListener("offline", network);
  network();

  // A form that was folded away when it was refused is unfolded.
  for (const field of document.querySelectorAll("[aria-invalid=true]")) for (let d = field.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;

  // Focus: the error summary first, else the field that asks for it.
  const first = document.querySelector(".errors") || document.querySelector("[data-focus]");
  if (first) first.focus();
})();
