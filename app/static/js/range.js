/* A range of cells: Shift-arrows and Shift-click extend it; Ctrl-C copies it, Ctrl-V pastes a block. */
import { $, on, toast } from "./app.js";

const CELL = "#rows td[data-field]";

let anchor = null;
let tip = null;

const rows = () => [...$("#rows").rows].filter((row) => row.dataset.id);
const ordered = (one, other) => [Math.min(one, other), Math.max(one, other)];

export function extend(from, to) {
  if (!anchor?.isConnected || tip !== from) anchor = from;
  tip = to;
  mark(block(to));
}

function mark(lines) {
  for (const cell of document.querySelectorAll("[data-ui-range]")) delete cell.dataset.uiRange;
  for (const cell of lines.flat()) cell.dataset.uiRange = "";
}

/* The selected cells, line by line; without a range the one that has the cursor. */
function block(cell) {
  const [from, to] = anchor?.isConnected && tip === cell ? [anchor, tip] : [cell, cell];
  const all = rows();
  const [top, bottom] = ordered(all.indexOf(from.parentElement), all.indexOf(to.parentElement));
  const [left, right] = ordered(from.cellIndex, to.cellIndex);
  return all.slice(top, bottom + 1).map((row) => [...row.cells].slice(left, right + 1));
}

function forget() {
  if (anchor) mark([]);
  anchor = tip = null;
}

on("focusin", ({ target }) => { if (target !== tip && target.matches?.(CELL)) forget(); });
on("keydown", ({ key }) => { if (key === "Escape") forget(); });

on("mousedown", (event) => {
  const cell = event.shiftKey && event.target.closest?.(CELL);
  const from = document.activeElement;
  if (!cell || !from.matches(CELL)) return;
  event.preventDefault();
  extend(from, cell);
  cell.focus({ preventScroll: true });
});

// a Shift-click neither edits nor opens the link in a window of its own
on("click", (event) => {
  if (!event.shiftKey || !event.target.closest?.(CELL)) return;
  event.preventDefault();
  event.stopPropagation();
}, true);

/* The text of a cell as it is shown; several values with `; ` between. */
function text(cell) {
  if ($(".dash", cell)) return "";
  const tags = [...cell.querySelectorAll(".tag")].map((tag) => tag.textContent);
  if (tags.some((tag) => tag.includes(";"))) return JSON.stringify(tags);
  const words = $(".more", cell)?.title ?? (tags.join("; ") || cell.textContent);
  return words.replace(/\s+/g, " ").trim();
}

const quoted = (words) => (words.includes('"') ? `"${words.replaceAll('"', '""')}"` : words);
const tsv = (lines) => lines.map((line) => line.map((one) => quoted(text(one))).join("\t")).join("\n");

on("copy", (event) => {
  const cell = document.activeElement;
  if (!cell.matches?.(CELL) || String(getSelection())) return;
  const lines = block(cell);
  event.clipboardData.setData("text/plain", tsv(lines));
  event.preventDefault();
  if (lines.flat().length > 1) toast(`Copied ${lines.flat().length} cells`, { seconds: 3 });
});

on("paste", (event) => {
  const cell = document.activeElement;
  const pasted = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
  if (!pasted || !cell.matches?.(CELL) || !$("[data-editable]", cell.parentElement)) return;
  event.preventDefault();
  const range = block(cell);
  const [first] = range[0];
  const single = !/[\t\n]/.test(pasted);
  const below = rows().slice(rows().indexOf(first.parentElement)).slice(0, pasted.split("\n").length);
  const lines = single ? range.map((line) => line[0].parentElement) : below;
  const across = single ? range[0] : [...first.parentElement.cells].slice(first.cellIndex);
  const values = {
    text: pasted,
    fill: single ? "1" : "",
    rows: lines.map((row) => `${row.dataset.id}:${row.dataset.rev}`).join(","),
    fields: across.map((one) => one.dataset.field).filter(Boolean).join(","),
  };
  htmx.ajax("POST", `/${$("#list").dataset.entity}/paste`, { source: cell, target: "#modal", swap: "innerHTML", values });
});
