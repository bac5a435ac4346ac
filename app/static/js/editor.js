/* The editor of a cell: fetched, filled with what was typed meanwhile, saved, cancelled. */
import { $, on, toast } from "./app.js";
import { Combo } from "./combo.js";
import { addPick, collect } from "./picks.js";

let opening = null;
const before = new WeakMap();
const combos = new WeakMap();

export const editable = (cell) => cell?.matches?.("[data-field][data-editable]");

export function urlOf(cell) {
  const page = cell.closest("[data-entity]");
  const id = cell.closest("[data-id]").dataset.id;
  return `/${page.dataset.entity}/${id}/cell/${cell.dataset.field}${page.dataset.place ? `?place=${page.dataset.place}` : ""}`;
}

/* True if a cell that comes from the server is not what the open editor started from. */
export const isOther = (coming, cell) => coming.innerHTML !== before.get(cell);

export function openEditor(cell, text = null) {
  if (!editable(cell) || $("form.editor", cell) || opening?.cell === cell) return;
  finishOther(cell);
  const mine = opening = { cell, text, enter: false };
  before.set(cell, cell.innerHTML);
  htmx.ajax("GET", urlOf(cell), { source: cell, target: cell, swap: "innerHTML" }).finally(() => {
    if (opening !== mine) return;
    opening = null;
    const form = $("form.editor", cell);
    if (!form) return toast("This can't be edited now.", { bad: true });
    start(form, mine);
  });
}

/* Another open editor is saved when it holds something new, else closed. */
export function finishOther(cell) {
  for (const form of document.querySelectorAll("form.editor"))
    if (!cell || !cell.contains(form)) finish(form);
}

function finish(form, refocus = false) {
  if (form.matches("[data-kind=conflict], [data-kind=gone], [aria-busy=true]") || $(".problem", form)) return;
  if (isDirty(form)) save(form);
  else cancel(form, refocus);
}

const seen = (form) => $(".seen", form);
const hidden = (form) => $("input[type=hidden][name=value]", form);

function isDirty(form) {
  const combo = combos.get(form);
  if (form.dataset.kind === "conflict") return true;
  return values(form) !== form.dataset.uiWas || Boolean(combo && combo.many && combo.text);
}

const values = (form) => form.elements.value?.value ?? "";

// ---- setting up whatever editor the server sent
on("htmx:after:swap", () => {
  for (const form of document.querySelectorAll("form.editor:not([data-ui-ready])"))
    if (opening?.cell !== form.parentElement) start(form, {});
});

function start(form, { text = null, enter = false, step = 0 }) {
  if ("uiReady" in form.dataset) return;
  form.dataset.uiReady = "";
  const cell = form.closest("[data-field]");
  const input = seen(form);
  if ($("[role=combobox]", form)) combine(form, cell);
  $(".float", form)?.showPopover({ source: cell });
  form.dataset.uiWas = values(form);
  const target = input ?? $("button:not([data-take-theirs])", form);
  target?.focus({ preventScroll: true });
  if (input?.select && form.dataset.kind !== "markdown") input.select();
  if (text !== null && input) {
    input.value = text;
    input.setSelectionRange(text.length, text.length);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (step) leave(form, step);
  else if (enter) commit(form);
}

function combine(form, cell) {
  const input = $("[role=combobox]", form);
  const list = document.getElementById(input.getAttribute("aria-controls"));
  const combo = new Combo(input, list, (value, label, clicked) => choose(form, value, label, clicked));
  combo.many = Boolean($(".combo", form));
  combos.set(form, combo);
  if (combo.many) collect(form);
  if (!$(".problem", form)) combo.open(cell);
  input.addEventListener("click", () => combo.open(cell));
  if (!combo.many) input.addEventListener("input", () => { hidden(form).value = input.value.trim(); });
}

function choose(form, value, label, clicked) {
  const combo = combos.get(form);
  if (!combo.many) {
    hidden(form).value = value;
    seen(form).value = label;
    combo.close();
    if (clicked) save(form);
    return;
  }
  addPick(form, combo.input, value, label);
  combo.input.value = "";
  combo.open(combo.anchor);
  combo.input.focus();
}

// ---- saving and leaving
export function save(form) {
  const combo = combos.get(form);
  if (combo?.many && combo.text && "grows" in combo.list.dataset) choose(form, combo.text, combo.text);
  combo?.close();
  form.requestSubmit();
}

/* Enter: what is highlighted is taken; a list still on its way is waited for. */
async function commit(form) {
  const combo = combos.get(form);
  if (!combo) return save(form);
  if (combo.busy) await combo.busy;
  const option = combo.chosen;
  if (combo.many && (option || combo.text)) {
    if (option) choose(form, option.dataset.value, option.dataset.label);
    else if ("grows" in combo.list.dataset) choose(form, combo.text, combo.text);
    return;
  }
  if (option) choose(form, option.dataset.value, option.dataset.label);
  if (isDirty(form)) save(form);
  else cancel(form);
}

export function cancel(form, refocus = true) {
  const cell = form.closest("[data-field]");
  htmx.trigger(form, "htmx:abort");
  if ("uiStale" in cell.dataset || form.dataset.kind === "conflict" || !before.has(cell)) return theirs(cell);
  cell.innerHTML = before.get(cell);
  if (refocus) cell.focus({ preventScroll: true });
}

/* The cell as it is now. */
function theirs(cell) {
  const url = urlOf(cell);
  backTo = cell.id;
  delete cell.dataset.uiStale;
  htmx.ajax("GET", `${url}${url.includes("?") ? "&" : "?"}show=1`, { source: cell, target: cell, swap: "outerHTML" });
}

on("click", (event) => {
  const form = event.target.closest?.("form.editor");
  if (form && event.target.closest("[data-cancel], [data-take-theirs]")) cancel(form);
});

on("pointerdown", (event) => {
  if (!event.target.closest?.("form.editor, .options, dialog, #toasts")) finishOther(null);
});

on("keydown", (event) => {
  if (event.isComposing) return;
  const form = event.target.closest?.("form.editor");
  if (!form) return;
  const combo = combos.get(form);
  const plain = !event.shiftKey && !event.altKey;
  if (event.key === "Escape") {
    event.preventDefault();
    cancel(form);
  } else if (event.key === "Tab" && !$("textarea", form) && form.dataset.kind !== "conflict") {
    event.preventDefault();
    leave(form, event.shiftKey ? -1 : 1);
  } else if (event.key === "Enter" && event.target.matches("textarea")) {
    if (event.ctrlKey || event.metaKey) { event.preventDefault(); save(form); }
  } else if (event.key === "Enter" && plain && !event.target.matches("button")) {
    event.preventDefault();
    if (event.ctrlKey) save(form); else commit(form);
  } else if (event.key === "Backspace" && combo?.many && !event.target.value) {
    combo.input.previousElementSibling?.remove();
    collect(form);
  } else combo?.move(event);
});

async function leave(form, step) {
  const cell = form.closest("[data-field]");
  const combo = combos.get(form);
  if (combo?.busy) await combo.busy;
  if (combo?.chosen && isDirty(form)) choose(form, combo.chosen.dataset.value, combo.chosen.dataset.label);
  finish(form);
  document.dispatchEvent(new CustomEvent("spoor:step", { detail: { cell, step } }));
}

// ---- keys typed while the editor is on its way
addEventListener("keydown", (event) => {
  const waiting = opening;
  if (!waiting || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target !== document.body && event.target !== waiting.cell) return;
  if (event.key === "Escape") {
    opening = null;
    htmx.trigger(waiting.cell, "htmx:abort");
  } else if (event.key === "Enter") waiting.enter = true;
  else if (event.key === "Tab") waiting.step = event.shiftKey ? -1 : 1;
  else if (event.key === "Backspace") waiting.text = (waiting.text ?? "").slice(0, -1);
  else if (event.key.length === 1) waiting.text = (waiting.text ?? "") + event.key;
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

// ---- while it is being saved: read-only, not disabled, which would drop the focus
const busy = ({ detail: { ctx } }, state) => {
  const form = ctx.sourceElement;
  if (!form.matches?.("form.editor")) return;
  form.ariaBusy = String(state);
  for (const input of form.querySelectorAll(".seen")) input.readOnly = state;
};
on("htmx:before:request", (event) => busy(event, true));
on("htmx:finally:request", (event) => busy(event, false));

// ---- after it: back to the cell, if the focus went down with the editor
let backTo = null;
on("htmx:before:swap", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (form.matches?.("form.editor") && form.contains(document.activeElement)) backTo = form.closest("[data-field]").id;
});
on("htmx:after:swap", () => {
  if (backTo && (document.activeElement === document.body || !document.activeElement)) {
    const cell = document.getElementById(backTo);
    if (cell && !$("form.editor", cell)) cell.focus({ preventScroll: true });
    backTo = null;
  }
});
