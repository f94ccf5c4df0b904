"use strict";
// One slide at a time, by keys, buttons, touch and address (#3). Without this script all slides stand below each other.
(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const body = document.body;
  const counter = document.getElementById("counter");
  let current = 0;

  const show = (index, silent) => {
    current = Math.max(0, Math.min(slides.length - 1, index));
    slides.forEach((slide, place) => slide.classList.toggle("current", place === current));
    counter.textContent = `${current + 1} / ${slides.length}`;
    if (!silent) history.replaceState(null, "", `#${current + 1}`);
    slides[current].scrollTop = 0;
  };
  const toggle = (name) => body.classList.toggle(name);
  const full = () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.();
  const actions = {
    ArrowRight: () => show(current + 1), ArrowDown: () => show(current + 1), PageDown: () => show(current + 1),
    " ": () => show(current + 1), ArrowLeft: () => show(current - 1), ArrowUp: () => show(current - 1),
    PageUp: () => show(current - 1), Home: () => show(0), End: () => show(slides.length - 1),
    n: () => toggle("with-notes"), f: full, "?": () => toggle("with-help"), Escape: () => body.classList.remove("with-help"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.closest?.("button")) return;
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action) { event.preventDefault(); action(); }
  });
  document.getElementById("previous").addEventListener("click", () => show(current - 1));
  document.getElementById("next").addEventListener("click", () => show(current + 1));
  document.getElementById("notes").addEventListener("click", () => toggle("with-notes"));
  document.getElementById("help").addEventListener("click", () => toggle("with-help"));
  let start = null;
  document.addEventListener("touchstart", (event) => { start = event.changedTouches[0].clientX; }, { passive: true });
  document.addEventListener("touchend", (event) => {
    const moved = event.changedTouches[0].clientX - start;
    if (Math.abs(moved) > 60) show(current + (moved < 0 ? 1 : -1));
  }, { passive: true });
  const addressed = () => show((parseInt(location.hash.slice(1), 10) || 1) - 1, true);
  window.addEventListener("hashchange", addressed);
  body.classList.add("presenting");
  addressed();
})();
