// A terminal's scan field: it has the focus, hears a keyboard-wedge scanner anywhere on the page, and answers by sound.
import { play } from "./sounds.js";

const FASTEST_TYPIST_MS = 35;
const SHORTEST_CODE = 4;
const BOUNCE_MS = 300;
let buffer = "";
let lastKeyAt = 0;
let lastScan = { code: "", at: 0 };

const scan = () => document.querySelector("[data-scan]");
const field = () => document.querySelector("[data-scan-input]");
const isOtherField = (target) => target.closest("input, textarea, select, dialog[open]") && target !== field();

function focus() {
  const input = field();
  if (input && !document.querySelector("dialog[open]")) input.focus({ preventScroll: true });
}

function send(code) {
  const now = Date.now();
  if (code === lastScan.code && now - lastScan.at < BOUNCE_MS) return;
  lastScan = { code, at: now };
  field().value = code;
  scan().requestSubmit();
}

// Characters that come faster than people type are a scanner's, wherever the focus is.
document.addEventListener("keydown", (event) => {
  if (!field() || event.ctrlKey || event.metaKey || event.altKey || isOtherField(event.target)) return;
  const now = performance.now();
  if (now - lastKeyAt > FASTEST_TYPIST_MS) buffer = "";
  lastKeyAt = now;
  if (event.key.length === 1) buffer += event.key;
  const isEnd = event.key === "Enter" || event.key === "Tab";
  if (isEnd && buffer.length >= SHORTEST_CODE && event.target !== field()) {
    event.preventDefault();
    send(buffer);
    buffer = "";
  } else if (event.key.length === 1 && document.activeElement !== field()) {
    focus();
  }
});

// Whatever the server says next is heard as well as seen.
function answer() {
  const state = scan()?.dataset.state;
  if (state && state !== "ready") play(scan().dataset.sound ?? state);
  focus();
}

document.addEventListener("htmx:afterSettle", answer);
["htmx:responseError", "htmx:sendError"].forEach((failed) => document.addEventListener(failed, () => play("error")));
document.addEventListener("click", (event) => {
  if (!event.target.closest("a, button, input, select, textarea, summary, dialog")) focus();
});
window.addEventListener("blur", () => scan()?.classList.add("wb-scan--away"));
window.addEventListener("focus", () => { scan()?.classList.remove("wb-scan--away"); focus(); });

function showConnection() {
  document.querySelectorAll("[data-connection] [data-when]").forEach((part) => {
    part.hidden = (part.dataset.when === "online") !== navigator.onLine;
  });
}
window.addEventListener("online", showConnection);
window.addEventListener("offline", showConnection);
showConnection();
answer();
