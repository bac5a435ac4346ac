/* The grid: one cell has the cursor; arrows move it, typing or Enter edits. */
import { $, on } from "./app.js";
import { editable, finishOther, openEditor } from "./editor.js";
import { extend } from "./range.js";

const CELL = "td[data-field]";
const PAGE = 15;

const isCell = (element) => element?.matches?.(CELL);
const rowsOf = (cell) => [...cell.closest("tbody").rows].filter((row) => row.dataset.id);

/* One cell of a grid is in the tab order: the last one that had the focus, else the first. */
function rove(cell) {
  for (const other of cell.closest("table").querySelectorAll(`${CELL}[tabindex="0"]`)) if (other !== cell) other.tabIndex = -1;
  cell.tabIndex = 0;
}

function roveFirst() {
  if (isCell(document.activeElement)) rove(document.activeElement);
  for (const grid of document.querySelectorAll(`.grid:has(${CELL}):not(:has(${CELL}[tabindex="0"]))`)) rove($(CELL, grid));
}

on("focusin", ({ target }) => isCell(target) && rove(target));
on("htmx:after:swap", roveFirst);
roveFirst();

function focus(cell) {
  if (!cell) return false;
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

function inColumn(cell, step) {
  const rows = rowsOf(cell);
  const at = rows.indexOf(cell.parentElement) + step;
  const row = rows[Math.max(0, Math.min(rows.length - 1, at))];
  return row?.cells[cell.cellIndex];
}

function inRow(cell, step) {
  const cells = [...cell.parentElement.querySelectorAll(CELL)];
  return cells[cells.indexOf(cell) + step];
}

function edge(cell, key, whole) {
  const rows = rowsOf(cell);
  const row = whole ? rows.at(key === "Home" ? 0 : -1) : cell.parentElement;
  return [...row.querySelectorAll(CELL)].at(key === "Home" ? 0 : -1);
}

/* Tab: the next cell of the row, then the next row. */
function step(cell, by) {
  const next = inRow(cell, by);
  if (next) return focus(next);
  const row = inColumn(cell, by)?.parentElement;
  return row && row !== cell.parentElement && focus([...row.querySelectorAll(CELL)].at(by > 0 ? 0 : -1));
}

on("spoor:step", ({ detail }) => {
  const cell = document.getElementById(detail.cell.id);
  if (isCell(cell)) step(cell, detail.step);
  else neighbour(cell, detail.step)?.focus();
});

function neighbour(place, by) {
  const places = [...document.querySelectorAll(".place[data-editable]")];
  return places[places.indexOf(place) + by];
}

function target(cell, event) {
  switch (event.key) {
    case "ArrowDown": return inColumn(cell, 1);
    case "ArrowUp": return inColumn(cell, -1);
    case "ArrowRight": return inRow(cell, 1);
    case "ArrowLeft": return inRow(cell, -1);
    case "PageDown": return inColumn(cell, PAGE);
    case "PageUp": return inColumn(cell, -PAGE);
    case "Home": case "End": return edge(cell, event.key, event.ctrlKey);
    default: return undefined;
  }
}

function onCell(event) {
  const cell = event.target;
  const command = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key === "Tab" && !command) return step(cell, event.shiftKey ? -1 : 1);
  if (/^(Arrow|Page|Home|End)/.test(event.key)) {
    if (command && !/Home|End/.test(event.key)) return false;
    const next = target(cell, event);
    if (next && event.shiftKey) extend(cell, next);
    focus(next);
    return true;
  }
  if (event.key === "g" && !event.ctrlKey && !event.metaKey && (event.altKey || grabs(cell))) return grab(cell);
  if (event.key.length === 1 && Date.now() - grabbed < 700) return true;
  if (event.key === "?") return false;
  if (command) return event.key === "Enter" && follow(cell);
  if (event.key === " ") return $(".tick input", cell.parentElement)?.click() ?? true;
  if (!editable(cell)) return event.key === "Enter" && follow(cell);
  if (event.key === "Enter" || event.key === "F2") return openEditor(cell) ?? true;
  if (event.key === "Delete" || event.key === "Backspace") return openEditor(cell, "") ?? true;
  if (event.key.length === 1) return openEditor(cell, event.key) ?? true;
  return false;
}

/* Ctrl-Enter: to the page of the row. */
function follow(cell) {
  const link = $("a", cell.parentElement);
  if (link) link.click();
  return Boolean(link);
}

/* `g` grabs where a letter is rarely meant as text: in the name, the tick box, cells that can't be edited.
   What is typed right after it was no name, and is dropped. */
const grabs = (cell) => cell.closest("[data-grabs]") && (cell.matches(".lead, .tick") || !editable(cell));
let grabbed = 0;

function grab(cell) {
  grabbed = Date.now();
  const { entity } = cell.closest("[data-entity]").dataset;
  htmx.ajax("POST", `/${entity}/${cell.parentElement.dataset.id}/grab`, { source: cell, swap: "none" });
  return true;
}

on("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const element = event.target;
  if (isCell(element)) {
    if (onCell(event)) return event.preventDefault();
  } else if (element.matches?.(".place[data-editable]") && (event.key === "Enter" || event.key === "F2")) {
    event.preventDefault();
    return openEditor(element);
  } else if (event.key === "g" && element.matches?.("#rows .tick input") && grabs(element.parentElement)) grab(element.parentElement);
  if (element.id === "q" ? event.key === "ArrowDown" : !element.matches?.("input, textarea, select, form.editor *")) globalKey(event);
});

function globalKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return undefined;
  if (event.key === "?") return act(event, () => $("[data-keys]").click());
  if (event.key === "/") return act(event, () => ($("#q") ?? $("#search"))?.focus());
  if (event.key === "n" && $("#new")) return act(event, () => $("#new").click());
  if (event.key === "ArrowDown" && event.target.matches("body, #q")) return act(event, () => focus($(`${CELL}[tabindex="0"]`)));
  return undefined;
}

function act(event, does) {
  event.preventDefault();
  does();
}

/* Shift-click or Shift-Enter on a heading: one more key to sort by. The focus stays on it. */
on("click", (event) => {
  const heading = event.shiftKey && event.target.closest?.("[data-also]");
  if (!heading) return;
  event.preventDefault();
  const { name } = heading.parentElement.dataset;
  htmx.ajax("GET", heading.dataset.also, { source: heading, target: "#list", swap: "outerHTML" })
    .then(() => $(`th[data-name="${name}"] a`)?.focus());
});

on("click", ({ target: element }) => {
  const cell = element.closest?.("[data-field]");
  if (!cell || element.closest("a, form.editor, button, .options, .float")) return;
  if (isCell(cell)) cell.focus({ preventScroll: true });
  if (editable(cell) && (isCell(cell) || getSelection().isCollapsed)) openEditor(cell);
});

// what is cut is told whole by a tooltip
on("mouseover", ({ target: element }) => {
  const cell = element.closest?.(".grid tbody td");
  if (!cell || cell.title || $("form", cell)) return;
  const isCut = [cell, ...cell.querySelectorAll("*")].some((part) => part.clientWidth && part.scrollWidth > part.clientWidth);
  if (!isCut) return;
  const tags = [...cell.querySelectorAll(".tag")];
  cell.title = (tags.length ? tags : [cell]).map((part) => part.textContent.trim()).join(", ");
  for (const tag of tags) tag.removeAttribute("title");
});

// what was typed into the search field before htmx listened to it is searched for now
let caughtUp = "";
function catchUp() {
  const field = $("#q");
  if (!field?.form._htmx?.initialized || field.value === field.defaultValue || field.value === caughtUp) return;
  caughtUp = field.value;
  htmx.trigger(field, "input");
}
on("htmx:after:process", catchUp);
catchUp();

// a list of another address is about to come: what is typed is saved first
on("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "list") finishOther(null);
});

// rows come as they look in this list, where its address says how
on("htmx:config:request", ({ detail: { ctx } }) => {
  const { looks, entity } = $("#list")?.dataset ?? {};
  if (looks && RegExp(`^/${entity}/(new|\\d+/cell/)`).test(ctx.request.action))
    ctx.request.action += `${ctx.request.action.includes("?") ? "&" : "?"}${looks}`;
});

/* Rows leave the document; a gap keeps the place of those above what is in sight, so that nothing moves. */
export function takeAway(rows) {
  const edge = $("#scroll").getBoundingClientRect().top;
  const above = rows.filter((row) => row.getBoundingClientRect().bottom < edge);
  const height = above.reduce((sum, row) => sum + row.getBoundingClientRect().height, 0);
  for (const row of rows) row.remove();
  if (!height) return;
  const gap = $("#gap") ?? Object.assign($("#rows").insertRow(0), { id: "gap", ariaHidden: "true" });
  gap.style.height = `${height + (parseFloat(gap.style.height) || 0)}px`;
}

// rows that were scrolled past leave the document above a thousand, once the new ones are painted
const MOST = 1000;
const DROPPED = 50;
on("htmx:after:swap", () => setTimeout(() => {
  const body = $("#rows");
  if (!body || body.rows.length <= MOST + DROPPED) return;
  const going = [...body.rows].slice(0, body.rows.length - MOST).filter((row) => !$("form.editor", row) && !row.contains(document.activeElement));
  takeAway(going);
  document.dispatchEvent(new CustomEvent("spoor:cut", { detail: going.at(-1).dataset.id }));
}, 100));
