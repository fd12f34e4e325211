// Each scan has a name of its own, so that the server counts it once; scans that come while one is answered wait their turn.
const BOUNCE_MS = 300;
let isBusy = false;
let last = { code: "", at: 0 };
const waiting = [];

const isScan = (form) => form.matches?.("[data-scan]");

function nameIt(form) {
  const name = form.querySelector("[name=client_scan_id]");
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  if (name) name.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function next() {
  isBusy = false;
  const form = document.querySelector("[data-scan]");
  if (!form || waiting.length === 0) return;
  form.querySelector("[data-scan-input]").value = waiting.shift();
  form.requestSubmit();
}

// In the capturing phase, so that htmx hears only of scans whose turn has come.
document.addEventListener("submit", (event) => {
  if (!isScan(event.target)) return;
  const code = event.target.querySelector("[data-scan-input]").value;
  const isBounce = !isBusy && code === last.code && Date.now() - last.at < BOUNCE_MS;
  if (isBusy || isBounce) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isBusy && code) waiting.push(code);
    event.target.querySelector("[data-scan-input]").value = "";
    return;
  }
  isBusy = true;
  last = { code, at: Date.now() };
  nameIt(event.target);
}, true);

document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "station") next(); });
document.addEventListener("htmx:sendError", next);
document.addEventListener("htmx:responseError", next);

// The field is free for the next scan as soon as one is on its way; what was half read when the answer came stays.
const field = () => document.querySelector("[data-scan-input]");
let halfRead = "";
document.addEventListener("htmx:beforeSend", (event) => { if (isScan(event.detail.elt)) field().value = ""; });
document.addEventListener("htmx:beforeSwap", () => { halfRead = field()?.value ?? ""; });
document.addEventListener("htmx:afterSwap", () => {
  if (halfRead && field() && !field().value) field().value = halfRead;
  halfRead = "";
});
