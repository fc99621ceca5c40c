"use strict";
const text = (cell) => cell ? cell.textContent.trim() : "";
const number = (words) => {
  const found = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/i.exec(words.replace(/−/g, "-"));
  return found ? parseFloat(found[0]) : null;
};
function order(button) {
  const head = button.closest("th"), table = head.closest("table"), at = head.cellIndex;
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row, place) => ({row, place, said: text(row.cells[at])}));
  const numeric = head.classList.contains("num");
  rows.sort((a, b) => {
    const [x, y] = numeric ? [number(a.said), number(b.said)] : [a.said, b.said];
    if (x === null || y === null) return (x === null) - (y === null) || a.place - b.place;
    const way = numeric ? x - y : x.localeCompare(y, undefined, {numeric: true});
    return (down ? -way : way) || a.place - b.place;
  });
  body.append(...rows.map((one) => one.row));
}
function narrow(field) {
  const wanted = field.value.toLowerCase();
  for (const row of document.getElementById(field.dataset.of).tBodies[0].rows)
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
}
const found = JSON.parse(document.getElementById("index").textContent);
const index = [
  ...Object.entries(found.pages).flatMap(([page, titles]) => titles.map((title) => [title, `${found.up}${page}.html#${title.split(" ")[0]}`])),
  ...found.subjects.map((one) => [].concat(one)).map((one) => [one[0], `${found.up}subjects/${one.at(-1)}.html`]),
];
function search(field) {
  const list = document.getElementById("hits"), wanted = field.value.trim().toLowerCase();
  list.replaceChildren();
  if (!wanted) return;
  for (const [title, place] of index.filter((entry) => entry[0].toLowerCase().includes(wanted)).slice(0, 20)) {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = place;
    link.textContent = title;
    item.append(link);
    list.append(item);
  }
}
function behind(cell) {
  const dialog = document.getElementById("behind");
  const put = (name, words) => { dialog.querySelector(`[data-put=${name}]`).textContent = words || "–"; };
  put("id", cell.dataset.id);
  put("raw", cell.dataset.v);
  put("table", "");
  const where = (cell.dataset.t || "").split(", ").filter((name) => name).map((name) => {
    const link = document.createElement("a");
    link.href = `${dialog.dataset.results}${name}.csv`;
    link.textContent = name;
    return link;
  });
  if (where.length) dialog.querySelector("[data-put=table]").replaceChildren(...where.flatMap((link, n) => n ? [", ", link] : [link]));
  put("rows", cell.dataset.r);
  dialog.showModal();
}
function part(table, columns) {
  const copy = table.cloneNode(true), widths = document.createElement("colgroup");
  copy.removeAttribute("id");
  copy.className = "part";
  for (const row of copy.rows) {
    const cells = [...row.cells];
    row.replaceChildren(...columns.map(([at]) => cells[at]));
  }
  for (const [, share] of columns) widths.append(Object.assign(document.createElement("col"), {width: `${share}%`}));
  (copy.caption || copy.tHead).after(widths);
  return copy;
}
addEventListener("beforeprint", () => {
  for (const table of document.querySelectorAll("table[data-parts]")) {
    const parts = table.dataset.parts.split("|").map((one) => one.split(" ").map((column) => column.split(":")));
    table.after(...parts.map((columns) => part(table, columns)));
    table.hidden = true;
  }
});
addEventListener("afterprint", () => {
  for (const copy of document.querySelectorAll("table.part")) copy.remove();
  for (const table of document.querySelectorAll("table[data-parts]")) table.hidden = false;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("th button"), cell = event.target.closest("td[data-id]");
  if (button) order(button);
  else if (cell) behind(cell);
});
document.addEventListener("input", (event) => {
  if (event.target.matches("input[data-of]")) narrow(event.target);
  if (event.target.id === "search") search(event.target);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("td[data-id]")) behind(event.target);
  if (event.key === "/" && !/INPUT|TEXTAREA/.test(event.target.tagName)) {
    event.preventDefault();
    document.getElementById("search").focus();
  }
});
