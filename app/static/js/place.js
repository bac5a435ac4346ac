/* Back in a list, or after a reload: the same rows at the same place, the same cell, the same ticks. */
import { $, on } from "./app.js";
import { select, selection } from "./select.js";

const key = () => `place ${$("#list").dataset.address}`;
const topOf = (row) => row.getBoundingClientRect().top;

function keep() {
  const scroll = $("#scroll");
  if (!scroll) return;
  const rows = [...$("#rows").rows].filter((row) => row.dataset.id);
  const edge = $("th", scroll).getBoundingClientRect().bottom;
  const row = rows.find((one) => topOf(one) >= edge - 1);
  const place = { rows: rows.length, after: $("#list").dataset.uiAfter, top: scroll.scrollTop, row: row?.id, at: row && topOf(row) };
  const cell = (document.activeElement.closest("#rows td[data-field]") ?? $('#rows td[tabindex="0"]'))?.id;
  sessionStorage.setItem(key(), JSON.stringify({ ...place, cell, ...selection() }));
}

async function back() {
  if (!$("#list") || performance.getEntriesByType("navigation")[0].type === "navigate") return;
  const place = JSON.parse(sessionStorage.getItem(key()));
  if (!place) return;
  select(place);
  await load(place);
  const row = document.getElementById(place.row);
  $("#scroll").scrollTop = row ? $("#scroll").scrollTop + topOf(row) - place.at : place.top;
  document.getElementById(place.cell)?.focus({ preventScroll: true });
}

/* As many rows as there were: the page comes with the first ones only. */
async function load({ rows, after }) {
  if (!after && rows <= $("#rows").rows.length) return;
  const url = new URL($("#list").dataset.address, location);
  url.searchParams.set("rows", rows);
  if (after) url.searchParams.set("after", after);
  await htmx.ajax("GET", url.pathname + url.search, { source: "#rows", target: "#rows", swap: "innerHTML" });
  if (after) document.dispatchEvent(new CustomEvent("spoor:cut", { detail: after }));
}

addEventListener("pagehide", keep);
on("htmx:before:swap", ({ detail: { ctx } }) => { if (ctx.target?.id === "list") keep(); }, true);
back();
