/* Ticking rows, and the bar that changes them all. */
import { $, copyText, on } from "./app.js";

const ticked = new Set();
let allMatch = false;
let last = null;

const total = () => Number($("#total").textContent.replaceAll(",", ""));
const boxes = () => [...document.querySelectorAll("#rows .tick input")];

function show() {
  for (const box of boxes()) {
    box.checked = allMatch || ticked.has(box.value);
    box.closest("tr").toggleAttribute("data-ui-ticked", box.checked);
  }
  const bar = $("#bulk");
  if (!bar) return;
  const shown = boxes();
  const head = $("#tick-all");
  head.checked = shown.length > 0 && shown.every((box) => box.checked);
  head.indeterminate = !head.checked && ticked.size > 0;
  bar.hidden = !allMatch && ticked.size === 0;
  $("#ticked").textContent = allMatch ? `All ${$("#total").textContent} selected` : `${ticked.size} selected`;
  $("#all-match").hidden = allMatch || total() <= ticked.size;
}

export const selection = () => ({ ids: [...ticked], all: allMatch });

export function select({ ids, all }) {
  ticked.clear();
  for (const id of ids) ticked.add(id);
  allMatch = all;
  last = null;
  show();
}

const clear = () => select({ ids: [], all: false });

function tick(box, checked) {
  if (checked) ticked.add(box.value);
  else ticked.delete(box.value);
}

on("click", ({ target, shiftKey }) => {
  if (target.matches?.("#rows .tick input")) {
    if (allMatch) boxes().forEach((box) => tick(box, true));
    allMatch = false;
    const all = boxes();
    const [from, to] = [all.findIndex((box) => box.value === last), all.indexOf(target)];
    const range = shiftKey && from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [target];
    range.forEach((box) => tick(box, target.checked));
    last = target.value;
    show();
  } else if (target.id === "tick-all") {
    const { checked } = target;
    allMatch = false;
    ticked.clear();
    if (checked) boxes().forEach((box) => tick(box, true));
    show();
  } else if (target.closest?.("#all-match")) {
    allMatch = true;
    show();
  } else if (target.closest?.("[data-untick]")) clear();
  else if (target.closest?.("[data-copy-ticked]")) copyNames();
  else if (target.closest?.("[data-bulk]")) openDialog(`/${$("#list").dataset.entity}/bulk?${target.closest("[data-bulk]").dataset.bulk}`);
  else if (target.closest?.("[data-ticked]")) openDialog(`${target.closest("[data-ticked]").dataset.ticked}?ids=${allMatch ? "" : [...ticked]}`);
});

function copyNames() {
  if (allMatch) return $("[data-names]").requestSubmit();
  const names = boxes().filter((box) => box.checked).map((box) => $("a", box.closest("tr"))?.textContent.trim());
  return copyText(names.join("\n"), `Copied ${names.length} names`);
}

function openDialog(address) {
  htmx.ajax("GET", address, { source: "#bulk", target: "#modal", swap: "innerHTML" });
}

on("htmx:after:swap", () => {
  const form = $("form[data-bulk-form]");
  if (form && !form.elements.ids.value && !form.elements.query?.value && $("#list")) {
    form.elements.ids.value = allMatch ? "" : [...ticked].join(",");
    form.elements.query.value = $("#list").dataset.address.split("?")[1] ?? "";
  }
  show();
});

// ---- what a preview says holds for what the form said then
const KEPT = ["", "empty"];

const wished = (form) => [...form.elements].filter((one) => !one.closest("#preview"))
  .map((one) => (one.type === "checkbox" ? one.checked : one.value)).join("\n");

function forget(form) {
  form.wished = null;
  $("#preview", form).replaceChildren();
}

/* A value that is typed is meant; what is kept or emptied has none. True if the value is still to come. */
function settle({ target }) {
  const line = target.closest(".wish");
  if (!line) return false;
  const [how, value] = [$("[data-how]", line), $("[name^='to.']", line)];
  if (target !== how && value.value && KEPT.includes(how.value)) how.value = how.options[1].value;
  if (target === how && KEPT.includes(how.value)) value.value = "";
  if (target !== how || value.value || KEPT.includes(how.value)) return false;
  value.focus();
  return true;
}

on("input", (event) => {
  const form = event.target.closest?.("[data-bulk-form]");
  if (!form) return;
  settle(event);
  forget(form);
});

on("change", (event) => {
  const form = event.target.closest?.("[data-bulk-form]");
  if (!form) return;
  const waits = settle(event);
  const now = wished(form);
  if (waits || form.wished === now) event.stopPropagation();
  else {
    forget(form);
    form.wished = now;
  }
}, true);

on("submit", ({ target }) => { if (target.matches("[data-bulk-form]")) target.wished = wished(target); }, true);

// a bulk edit was applied
on("htmx:after:request", ({ detail: { ctx } }) => {
  if (!ctx.sourceElement.matches?.("[data-apply]") || ctx.response?.status !== 200) return;
  for (const dialog of document.querySelectorAll("#modal dialog[open]:has([data-bulk-form])")) dialog.close();
  clear();
});

// another list is another selection
on("htmx:before:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "list" && ctx.request?.action !== $("#list").dataset.address) clear();
});
