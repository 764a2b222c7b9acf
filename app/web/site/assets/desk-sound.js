// The sounds of the desk: on or off for each device.
"use strict";
(() => {
  let on = true, audio = null;
  try { on = localStorage.getItem("sound") !== "off"; } catch { /* a browser without storage beeps */ }

  const beep = (hertz, seconds) => {
    if (!on || !window.AudioContext) return;
    try {
      audio = audio || new AudioContext();
      const o = audio.createOscillator(), g = audio.createGain();
      o.frequency.value = hertz;
      g.gain.value = 0.08;
      o.connect(g).connect(audio.destination);
      o.start();
      o.stop(audio.currentTime + seconds);
    } catch { /* silent */ }
  };

  Brevstemme.sound = {
    counted: () => beep(880, 0.06),
    refused: () => beep(220, 0.3),
    // button makes a button the switch; text gives its words.
    button(toggle, text, after) {
      const show = () => { toggle.hidden = false; toggle.textContent = text(on ? "sound_off" : "sound_on"); };
      toggle.addEventListener("click", () => {
        on = !on;
        try { localStorage.setItem("sound", on ? "on" : "off"); } catch { /* only for this page then */ }
        show();
        after();
      });
      show();
    },
  };
})();
