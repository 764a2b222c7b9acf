// A box to sign in with finger, pen or mouse. It fills the file field of its
// form with the picture, so that the form is sent as without a script; without
// one the field takes a file.
"use strict";
(() => {
  for (const box of document.querySelectorAll("[data-sign]")) {
    const form = box.closest("form");
    const field = form.querySelector('input[type="file"]');
    const canvas = document.createElement("canvas");
    canvas.width = 900;
    canvas.height = 300;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", box.dataset.label);
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "button second";
    clear.textContent = box.dataset.clear;
    box.append(canvas, clear);
    const pen = canvas.getContext("2d");
    let last = null, drawn = 0;

    const blank = () => {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.strokeStyle = "#111";
      pen.lineWidth = 5;
      pen.lineCap = pen.lineJoin = "round";
      drawn = 0;
    };
    const at = (e) => {
      const r = canvas.getBoundingClientRect();
      return [(e.clientX - r.left) * canvas.width / r.width, (e.clientY - r.top) * canvas.height / r.height];
    };
    // The picture is in the field when a stroke ends, not a moment later: what is sent is what was signed.
    const keep = () => {
      if (!drawn) return;
      const bytes = Uint8Array.from(atob(canvas.toDataURL("image/png").split(",")[1]), (c) => c.charCodeAt(0));
      const files = new DataTransfer();
      files.items.add(new File([bytes], "signature.png", { type: "image/png" }));
      field.files = files.files;
      box.dataset.ready = String(drawn);
    };

    blank();
    canvas.addEventListener("pointerdown", (e) => {
      e.preventDefault();
      canvas.setPointerCapture(e.pointerId);
      last = at(e);
    });
    canvas.addEventListener("pointermove", (e) => {
      if (!last) return;
      const next = at(e);
      pen.beginPath();
      pen.moveTo(...last);
      pen.lineTo(...next);
      pen.stroke();
      last = next;
      drawn++;
    });
    const end = () => { if (last) { last = null; keep(); } };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    clear.addEventListener("click", () => { blank(); field.value = ""; delete box.dataset.ready; });
  }
})();
