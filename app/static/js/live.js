/* The live list: asks each second what is new; open editors are spared, rows say who changed them. */
import { $, on } from "./app.js";
import { isOther } from "./editor.js";
import { takeAway } from "./grid.js";

const EVERY = 1000;
const HIDDEN = 10000;
const SLOWEST = 30000;
const FRAME = 30000;

let failures = 0;
let asking = false;
let timer = null;
let fresh = 0;
let postponed = false;

const live = () => $("#live");
const holder = () => live().parentElement;

function say(state, words) {
  const sign = $("[data-live]");
  if (!sign || sign.dataset.live === state) return;
  sign.hidden = false;
  sign.dataset.live = state;
  sign.firstElementChild.textContent = words;
}

function later() {
  clearTimeout(timer);
  const wait = document.hidden ? HIDDEN : Math.min(SLOWEST, EVERY * 2 ** failures);
  timer = setTimeout(poll, wait);
}

async function poll() {
  if (!live()) return;
  if (asking) return later();
  asking = true;
  const address = holder().dataset.address;
  const editing = $("form.editor")?.closest("[data-id]")?.dataset.id ?? "";
  const { revision, present = "" } = live().dataset;
  const url = `${address}${address.includes("?") ? "&" : "?"}since=${revision}&here=${present}&editing=${editing}`;
  await htmx.ajax("GET", url, { source: live(), target: live(), swap: "outerHTML" }).catch(() => undefined);
  asking = false;
  later();
}

// ---- how the connection is
const isPoll = (ctx) => ctx?.sourceElement?.id === "live";

on("htmx:config:request", ({ detail: { ctx } }) => { ctx.quiet = isPoll(ctx) || ctx.sourceElement?.matches?.("#frame, #search"); });
on("htmx:after:request", ({ detail: { ctx } }) => {
  if (isPoll(ctx) && ctx.response?.status < 400) {
    failures = 0;
    say("live", "Live");
  }
});
function failed({ detail: { ctx, error } }) {
  if (!isPoll(ctx) || error?.name === "AbortError") return;
  failures += 1;
  say(failures > 5 || !navigator.onLine ? "offline" : "reconnecting", failures > 5 ? "Offline" : "Reconnecting");
}
on("htmx:error", failed);
on("htmx:response:error", failed);

// ---- what comes
const flashes = [];

/* So many rows come at once; in between the browser paints and answers keys. */
const PORTION = 25;
let insert;
htmx.registerExtension("portions", { init: (api) => { insert = api.insertContent; } });

on("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (!tasks) return;
  if (isPoll(ctx)) inPortions(tasks.splice(PORTION));
  winnow(tasks, isPoll(ctx));
});

function winnow(tasks, polled) {
  for (let i = tasks.length - 1; i >= 0; i--) if (!accepted(tasks[i], polled)) tasks.splice(i, 1);
}

async function inPortions(rest) {
  while (rest.length) {
    await new Promise((done) => setTimeout(done, 50));
    const tasks = rest.splice(0, PORTION).filter((task) => task.target?.isConnected);
    winnow(tasks, true);
    await Promise.all(tasks.map((task) => insert(task)));
    flashAll();
  }
}

/* False for what must not be swapped: a late answer, a double, a row that is being edited. */
function accepted(task, polled) {
  const style = task.swapSpec?.style;
  const row = task.fragment?.firstElementChild;
  if (polled && style === "delete") return fade(task.target);
  if (row?.tagName !== "TR" || !row.dataset.rev) return true;
  const shown = document.getElementById(row.id);
  if (/^(after|before)/.test(style)) return !shown;
  if (style !== "outerMorph") return true;
  if (!shown) {
    if (polled && ("arrived" in row.dataset || !$("#more"))) offer(`${fresh += 1} new`);
    return false;
  }
  const newest = Number(row.dataset.touch ?? row.dataset.rev);
  if (newest < Number(shown.dataset.rev) || (polled && newest === Number(shown.dataset.rev))) return false;
  markStale(shown, row);
  if (polled) flashes.push([row.id, row.dataset.by]);
  return true;
}

function markStale(shown, row) {
  const cell = $("form.editor", shown)?.closest("[data-field]");
  const coming = cell && row.querySelector(`[data-field="${cell.dataset.field}"]`);
  if (coming && row.dataset.by && isOther(coming, cell)) mark(cell, `changed by ${row.dataset.by} since you opened it`);
}

function mark(cell, words) {
  cell.dataset.uiStale = "";
  $("form.editor", cell).dataset.uiStale = words;
}

/* A row that left the list; one that is being edited stays, and says so. */
function fade(row) {
  const cell = row && $("form.editor", row)?.closest("[data-field]");
  if (cell) {
    mark(cell, "this row has left the list");
    return false;
  }
  if (row) row.dataset.uiGone = "";
  setTimeout(() => row?.isConnected && takeAway([row]), 500);
  return false;
}

on("htmx:after:swap", ({ detail: { ctx } }) => {
  flashAll();
  for (const row of document.querySelectorAll("[data-ui-edits]")) delete row.dataset.uiEdits;
  for (const one of document.querySelectorAll("#presence [data-row]")) document.getElementById(one.dataset.row)?.setAttribute("data-ui-edits", one.dataset.who);
  if (isPoll(ctx) && ctx.response?.status === 200 && !("idle" in (live()?.dataset ?? {}))) {
    if ($("#counts")) htmx.trigger("#counts", "refresh", {}, false);
    refreshFrame();
    if ("refetch" in (live()?.dataset ?? {})) refetch();
  }
});

function flashAll() {
  for (const [id, by] of flashes.splice(0)) flash(document.getElementById(id), by);
}

function flash(row, by) {
  if (!row) return;
  row.dataset.uiFlash = "";
  if (by) row.dataset.uiWho = `${by} · now`;
  setTimeout(() => {
    delete row.dataset.uiFlash;
    delete row.dataset.uiWho;
  }, 5000);
}

/* The numbers in the frame; jobs and notices come without a change in this list too. */
function refreshFrame() {
  const frame = $("#frame");
  if (frame && !document.hidden && !$("dialog[open]")) htmx.trigger(frame, "refresh", {}, false);
}
setInterval(refreshFrame, FRAME);

// ---- new rows are announced, not pushed under the cursor
function offer(words) {
  const button = $("#announce");
  if (!button) return;
  button.hidden = false;
  button.textContent = `${words} · show`;
}

on("click", ({ target }) => {
  if (!target.closest?.("#announce")) return;
  const list = $("#list");
  htmx.ajax("GET", list.dataset.address, { source: list, target: list, swap: "outerHTML" });
});

on("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id !== "list") return;
  fresh = 0;
  postponed = false;
  later();
});

/* Too much changed: the whole list again; not under an open editor, nor far down the list. */
function refetch() {
  if ($("form.editor")) {
    postponed = true;
  } else if ($("#scroll")?.scrollTop > 400) {
    offer("Much has changed");
  } else reload();
}

function reload() {
  postponed = false;
  const box = $("#list");
  if (!box) return location.reload();
  return htmx.ajax("GET", box.dataset.address, { source: box, target: box, swap: "outerMorph" });
}

on("htmx:finally:request", ({ detail: { ctx } }) => {
  if (postponed && !$("form.editor")) reload();
  if (!/^(GET|HEAD)$/.test(ctx.request?.method ?? "GET")) {
    clearTimeout(timer);
    timer = setTimeout(poll, 60);
  }
});

on("visibilitychange", () => { if (!document.hidden) poll(); });
addEventListener("online", poll);
on("spoor:cut", ({ detail: after }) => {
  $("#list").dataset.uiAfter = after;
  offer("Earlier rows are hidden");
});
if (live()) {
  say("live", "Live");
  later();
}
