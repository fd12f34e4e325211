// Refusals stand in #messages until the next try. What was not sent for that place is never swapped in.
const place = () => document.getElementById("messages");

document.addEventListener("htmx:beforeRequest", (event) => {
  const isPolling = event.detail.requestConfig?.triggeringEvent === undefined;
  if (!isPolling) place()?.replaceChildren();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const isOurs = xhr.status < 400 || xhr.status === 422 || xhr.getResponseHeader("HX-Retarget");
  if (!isOurs) {
    event.detail.shouldSwap = false;
    say("The server did not answer as it should. Try again in a moment.");
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "messages") place()?.focus({ preventScroll: false });
});

document.addEventListener("htmx:sendError", () => say("No connection to the server. Nothing was sent; try again."));

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-message]")) place()?.replaceChildren();
});

export function say(text) {
  const notice = document.createElement("div");
  notice.className = "wb-notice";
  notice.dataset.tone = "stop";
  notice.textContent = text;
  place()?.replaceChildren(notice);
}
