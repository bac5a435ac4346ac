/* Widths of columns: dragged at the edge of a heading, or Shift-arrows on it; kept with the person. */
import { $, on } from "./app.js";

const UNIT = 8;
let saving = null;

const headings = () => [...document.querySelectorAll(".grid th[data-name]")];
const units = (heading) => Math.round(heading.offsetWidth / UNIT);

function give(heading, wanted) {
  const col = heading.closest("table").querySelectorAll("col")[heading.cellIndex];
  col.className = col.className.replace(/ w-\d+|$/, ` w-${Math.max(6, Math.min(100, Math.round(wanted)))}`);
}

/* From stretched to exact: every column keeps the width that it has now. */
function settle(heading) {
  const now = headings().map((one) => [one, units(one)]);
  if (!heading.closest(".sized")) for (const [one, width] of now) give(one, width);
  heading.closest("table").classList.add("sized");
}

function save() {
  const values = Object.fromEntries(headings().map((one) => [one.dataset.name, units(one)]));
  htmx.ajax("POST", `/${$("#list").dataset.entity}/widths`, { source: $("#list"), swap: "none", values });
}

on("pointerdown", (event) => {
  const grip = event.target;
  if (!grip.matches?.(".grip")) return;
  event.preventDefault();
  const heading = grip.parentElement;
  const [from, width] = [event.clientX, heading.offsetWidth];
  settle(heading);
  grip.setPointerCapture(event.pointerId);
  grip.onpointermove = ({ clientX }) => give(heading, (width + clientX - from) / UNIT);
  grip.onlostpointercapture = () => {
    grip.onpointermove = null;
    save();
  };
});

on("keydown", (event) => {
  const step = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
  const heading = event.shiftKey && step && event.target.closest?.("th[data-name]");
  if (!heading) return;
  event.preventDefault();
  settle(heading);
  give(heading, units(heading) + step);
  clearTimeout(saving);
  saving = setTimeout(save, 400);
});
