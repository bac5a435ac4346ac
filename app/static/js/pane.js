/* The pane beside the list: the row under the cursor, a moment later; whether it is open is kept in this browser. */
import { $, on } from "./app.js";

let timer = null;
let seen = "";

function show() {
  const [pane, button] = [$("#pane"), $(".bar [data-pane]")];
  if (!pane || !button) return;
  pane.hidden = localStorage.getItem("pane") !== "open";
  button.ariaPressed = String(!pane.hidden);
  const row = $('#rows td[tabindex="0"]')?.parentElement;
  const wanted = row && !pane.hidden ? `${row.id}@${row.dataset.rev}` : seen;
  if (wanted === seen) return;
  seen = wanted;
  htmx.ajax("GET", `/${$("#list").dataset.entity}/${row.dataset.id}/pane`, { source: pane, target: pane, swap: "innerHTML" });
}

for (const type of ["focusin", "htmx:after:swap"])
  on(type, () => {
    clearTimeout(timer);
    timer = setTimeout(show, 150);
  });
on("click", ({ target }) => {
  if (!target.closest?.("[data-pane]")) return;
  localStorage.setItem("pane", $("#pane").hidden ? "open" : "");
  show();
});
show();
