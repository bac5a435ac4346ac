/* The global search: htmx fetches the hits while one types; arrows, Enter, Esc. */
import { $, on } from "./app.js";
import { highlight } from "./combo.js";

const field = $("#search");
const panel = $("#found");
let asked = "";

const text = () => field.value.trim();
const isOpen = () => panel.matches(":popover-open");
const options = () => [...panel.querySelectorAll("[role=option]:not([aria-disabled])")];
const active = () => $("[aria-selected=true]", panel);

function open(wanted) {
  if (wanted) panel.showPopover({ source: field.form });
  else panel.hidePopover();
  field.ariaExpanded = String(wanted);
  highlight(field, options(), wanted ? options()[0] : undefined);
}

function move(event, step) {
  event.preventDefault();
  if (!isOpen()) return htmx.trigger(field, "look", {}, false);
  const all = options();
  const at = all.indexOf(active()) + step;
  return all.length ? highlight(field, all, all[(at + all.length) % all.length]) : undefined;
}

if (field) {
  on("htmx:config:request", ({ detail: { ctx } }) => { if (ctx.sourceElement === field) asked = text(); });
  on("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.sourceElement === field) open(Boolean(asked) && document.activeElement === field);
  });
  field.addEventListener("blur", () => open(false));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") move(event, 1);
    else if (event.key === "ArrowUp") move(event, -1);
    else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      open(false);
    } else if (event.key === "Enter" && isOpen() && asked === text() && active()) {
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
