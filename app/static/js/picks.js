/* Several values in one editor: each a small box; what is sent is their list. */
import { $, on } from "./app.js";

export function addPick(form, input, value, label) {
  if ([...form.querySelectorAll(".pick")].some((pick) => pick.dataset.value === value)) return;
  const pick = document.createElement("span");
  pick.className = "pick tone-grey";
  pick.dataset.value = value;
  pick.textContent = label;
  const remove = document.createElement("button");
  Object.assign(remove, { type: "button", tabIndex: -1, ariaLabel: `Remove ${label}`, textContent: "×" });
  pick.append(remove);
  input.before(pick);
  collect(form);
}

export function collect(form) {
  const values = [...form.querySelectorAll(".pick")].map((pick) => pick.dataset.value);
  $("input[type=hidden][name=value]", form).value = JSON.stringify(values);
}

on("click", (event) => {
  const remove = event.target.closest?.("form.editor .pick button");
  if (!remove) return;
  const form = remove.closest("form");
  remove.parentElement.remove();
  collect(form);
  $(".seen", form).focus();
});
