/* Undo: each toast offers it; Ctrl-Z takes back the last change of this tab, never an import. */
import { $, ask, on, toast, toasted } from "./app.js";

const KEY = "spoor-changes";
const DEPTH = 50;

const load = () => JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
const keep = (stack) => sessionStorage.setItem(KEY, JSON.stringify(stack.slice(-DEPTH)));

toasted.push(({ dataset: { changeSet: id, rows, source } }) => {
  if (id && source !== "undo") keep([...load().filter((one) => one.id !== id), { id, rows: Number(rows), source }]);
});

async function undoLast() {
  const stack = load();
  const last = stack.at(-1);
  if (!last) return toast("Nothing to undo in this tab.");
  if (last.source === "import") return toast("An import is undone on its page, not by Ctrl-Z.");
  if (last.rows > 1 && !(await ask(`Undo the change of ${last.rows} rows?`, "Undo"))) return undefined;
  return htmx.ajax("POST", `/change-sets/${last.id}/undo`, { source: $("#toasts"), swap: "none" });
}

on("htmx:after:request", ({ detail: { ctx } }) => {
  const undone = /change-sets\/(\d+)\/undo/.exec(ctx.request?.action ?? "");
  if (!undone || !(ctx.response?.status < 300)) return;
  keep(load().filter((one) => one.id !== undone[1]));
  $(`#toasts [data-change-set="${undone[1]}"]`)?.remove();
});

on("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
  if (event.target.matches("input, textarea, select, [contenteditable]") && event.target.type !== "checkbox") return;
  event.preventDefault();
  undoLast();
});
