// Rows of a list: one, a range with Shift, or all on the page; the bar below counts them.
let last = null;

const boxes = (scope) => [...scope.querySelectorAll("[data-select]")];
const listOf = (box) => box.closest("[data-list], table");

function mark(list) {
  const all = boxes(list);
  const chosen = all.filter((box) => box.checked);
  all.forEach((box) => box.closest("tr")?.setAttribute("aria-selected", String(box.checked)));
  const head = list.querySelector("[data-select-all]");
  if (head) {
    head.checked = chosen.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  const scope = list.closest("[data-list]") ?? document;
  scope.querySelectorAll("[data-selected-count]").forEach((place) => { place.textContent = chosen.length; });
  scope.querySelectorAll("[data-bulk]").forEach((bar) => { bar.hidden = chosen.length === 0; });
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-select]");
  if (box) {
    const all = boxes(listOf(box));
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
    }
    last = box;
    mark(listOf(box));
  }
  const head = event.target.closest("[data-select-all]");
  if (head) {
    const list = head.closest("table");
    boxes(list).forEach((each) => { each.checked = head.checked; });
    mark(list);
  }
  const clear = event.target.closest("[data-clear-selection]");
  if (clear) {
    const list = clear.closest("[data-list]") ?? document;
    boxes(list).forEach((each) => { each.checked = false; });
    mark(list);
  }
});

document.querySelectorAll("table:has([data-select])").forEach(mark);
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("table:has([data-select])").forEach(mark));
