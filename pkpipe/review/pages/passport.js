"use strict";
// A click on a number of any page: where it comes from. It takes the place of the small box of the static report.
(() => {
  const dialog = document.createElement("dialog");
  dialog.className = "passport";
  dialog.setAttribute("aria-label", "Passport of a number");
  document.body.append(dialog);
  async function show(cell) {
    const answer = await fetch(`/review/passport?id=${encodeURIComponent(cell.dataset.id)}`, {credentials: "same-origin"});
    dialog.innerHTML = await answer.text();
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Close";
    close.addEventListener("click", () => dialog.close());
    const copy = dialog.querySelector("[data-copy-id]");
    if (copy) copy.addEventListener("click", () => navigator.clipboard.writeText(cell.dataset.id));
    dialog.append(close);
    dialog.showModal();
  }
  const cellOf = (event) => event.target.closest && event.target.closest("td[data-id]");
  document.addEventListener("click", (event) => {
    const cell = cellOf(event);
    if (cell) { event.stopImmediatePropagation(); show(cell); }
  }, true);
  document.addEventListener("keydown", (event) => {
    const cell = event.key === "Enter" && cellOf(event);
    if (cell) { event.stopImmediatePropagation(); event.preventDefault(); show(cell); }
  }, true);
})();
