// Toasts of a fragment come in a header; good news leaves after 8 s (10 s with Undo), bad news stays until closed.
const SECONDS = { plain: 8, undo: 10 };
const region = () => document.getElementById("toasts");

export function toast({ text, tone = "done", undo = "" }) {
  const box = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  box.dataset.tone = tone;
  box.querySelector("[data-text]").textContent = text;
  if (undo) {
    const form = box.querySelector("form");
    form.action = undo;
    form.hidden = false;
  }
  region().append(box);
  leave(box);
}

function leave(box) {
  if (box.dataset.tone === "stop") return;
  const seconds = box.querySelector("form:not([hidden])") ? SECONDS.undo : SECONDS.plain;
  const go = () => (box.matches(":hover, :focus-within") ? setTimeout(go, 1000) : box.remove());
  setTimeout(go, seconds * 1000);
}

document.addEventListener("toasts", (event) => (event.detail.value ?? []).forEach(toast));
document.addEventListener("click", (event) => event.target.closest("[data-close-toast]")?.closest("[data-toast]").remove());
document.querySelectorAll("#toasts > [data-toast]").forEach(leave);
