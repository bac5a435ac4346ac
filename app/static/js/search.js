/* The global search: results below the field while one types; arrows, Enter, Esc. */
import { $, on } from "./app.js";
import { float } from "./float.js";

const PAUSE = 120;
const field = $("#search");
const panel = $("#found");

let timer = null;
let asked = null;
let shown = "";

const text = () => field.value.trim();
const isOpen = () => panel.matches(":popover-open");
const options = () => [...panel.querySelectorAll("[role=option]:not([aria-disabled])")];

function close() {
  clearTimeout(timer);
  asked?.abort();
  if (isOpen()) panel.hidePopover();
  field.ariaExpanded = "false";
  highlight(undefined);
}

function highlight(option) {
  for (const other of options()) other.ariaSelected = String(other === option);
  if (!option) return field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", option.id);
  return option.scrollIntoView({ block: "nearest" });
}

const active = () => $("[aria-selected=true]", panel);

/* The answer to the last text; an older one that comes late is dropped. */
async function look() {
  asked?.abort();
  if (!text()) return close();
  const mine = asked = new AbortController();
  const wanted = text();
  try {
    const headers = { "HX-Request": "true" };
    const answer = await fetch(`/search?q=${encodeURIComponent(wanted)}`, { headers, signal: mine.signal });
    const html = answer.ok ? await answer.text() : "";
    if (mine !== asked || document.activeElement !== field) return undefined;
    return html ? show(html, wanted) : close();
  } catch {
    return mine === asked ? close() : undefined;
  }
}

function show(html, wanted) {
  shown = wanted;
  panel.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
  float(panel, field.form);
  field.ariaExpanded = "true";
  panel.scrollTop = 0;
  highlight(options()[0]);
}

function move(event, step) {
  event.preventDefault();
  if (!isOpen()) return look();
  const all = options();
  if (!all.length) return undefined;
  return highlight(all[(all.indexOf(active()) + step + all.length) % all.length]);
}

if (field) {
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") move(event, 1);
    else if (event.key === "ArrowUp") move(event, -1);
    else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && isOpen() && shown === text() && active()) {
      event.preventDefault();
      active().click();
    }
  });
  // a click must not take the focus from the field before it arrives
  panel.addEventListener("pointerdown", (event) => event.preventDefault());
  on("keydown", (event) => {
    if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || $("dialog[open]")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
