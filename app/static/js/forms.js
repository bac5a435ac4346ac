/* Forms of pages and dialogs: type-ahead, what closes or empties them, copying names. */
import { $, copyText, csrfToken, on, toast } from "./app.js";
import { Combo } from "./combo.js";

const combos = new WeakMap();

on("focusin", ({ target }) => {
  if (!target.matches?.("[data-combo]") || combos.has(target)) return;
  const list = document.getElementById(target.getAttribute("aria-controls"));
  const combo = new Combo(target, list, (value, label) => pick(combo, label));
  combos.set(target, combo);
});

on("click", ({ target }) => {
  if (combos.has(target)) combos.get(target).open();
});

on("focusout", ({ target }) => combos.get(target)?.close());

on("keydown", (event) => {
  const combo = combos.get(event.target);
  if (!combo || event.isComposing) return;
  if (event.key === "Enter" && combo.chosen) {
    event.preventDefault();
    pick(combo, combo.chosen.dataset.label);
  } else if (event.key === "Escape" && combo.list.matches(":popover-open")) {
    event.preventDefault();
    combo.close();
  } else combo.move(event);
});

function pick(combo, label) {
  const { input } = combo;
  const parts = input.value.split(";").slice(0, -1).map((part) => part.trim()).filter(Boolean);
  input.value = input.dataset.combo === "many" ? `${[...parts, label].join("; ")}; ` : label;
  combo.close();
  // a preview may follow what is picked
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// Ctrl-Enter sends the form from wherever one is in it
on("keydown", (event) => {
  const form = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest?.("form[data-commits]");
  if (!form) return;
  event.preventDefault();
  const button = $(".primary:enabled", form);
  if (button) button.click();
  else form.requestSubmit();
});

// a filter's dialog closes; a form that stays for the next one, such as that of memos, is emptied
on("htmx:after:request", ({ detail: { ctx: { sourceElement, response } } }) => {
  if (response?.status !== 200) return;
  if (sourceElement.matches?.("[data-filter]")) sourceElement.closest("dialog").close();
  if (sourceElement.matches?.("[data-clears]")) sourceElement.reset();
});

on("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-names]")) return;
  event.preventDefault();
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-CSRFToken": csrfToken() } });
  if (!answer.ok) return toast("The names could not be fetched.", { bad: true });
  const text = await answer.text();
  copyText(text, text ? `Copied ${text.split("\n").length.toLocaleString("en")} names` : "There are no names to copy");
});

// ---- sections of a record's page: open or closed is kept with the person
on("click", ({ target }) => {
  const box = target.closest?.("summary")?.parentElement;
  if (!box?.matches("[data-section]")) return;
  const { entity } = box.closest("[data-entity]").dataset;
  const values = { section: box.dataset.section, open: box.open ? "0" : "1" };
  htmx.ajax("POST", `/${entity}/sections`, { source: box, target: box, swap: "none", values });
});
