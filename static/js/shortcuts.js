// Single keys, only while nothing is being typed, and only if the person wants them.
const isOn = () => document.body.dataset.shortcuts === "on";
const isTyping = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]") !== null;
let waitsForPlace = 0;

function rows() {
  return [...document.querySelectorAll("[data-rows] tbody tr, table.wb-table[data-rows] tbody tr")];
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("wb-row-now"));
  const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
  all.forEach((row) => row.classList.toggle("wb-row-now", row === next));
  next.scrollIntoView({ block: "nearest" });
}

const current = () => document.querySelector(".wb-row-now");
const keys = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
  j: () => move(1),
  k: () => move(-1),
  x: (event) => current()?.querySelector("[data-select]")?.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: event.shiftKey })),
  Enter: () => current()?.querySelector("a")?.click(),
  g: () => { waitsForPlace = Date.now() + 1500; },
};

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const place = Date.now() < waitsForPlace && document.querySelector(`[data-go="${CSS.escape(event.key.toLowerCase())}"]`);
  const act = place ? () => place.click() : keys[event.key] ?? keys[event.key.toLowerCase()];
  waitsForPlace = 0;
  if (!act || (event.key === "Enter" && !current())) return;
  event.preventDefault();
  act(event);
});
