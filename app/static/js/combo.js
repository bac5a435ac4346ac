/* Type-ahead: an input with a list of options below it, in the top layer. */

/* One option of a list is the chosen one, none without it; its input says which. */
export function highlight(input, options, option) {
  for (const other of options) other.ariaSelected = String(other === option);
  if (!option) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", option.id);
  return option.scrollIntoView({ block: "nearest" });
}
export class Combo {
  constructor(input, list, picked) {
    Object.assign(this, { input, list, picked, at: -1, busy: null });
    this.known = [...list.children];
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[data-value]");
      if (option) this.picked(option.dataset.value, option.dataset.label, true);
    });
    input.addEventListener("input", () => this.search());
  }

  get text() {
    return this.input.value.trim();
  }

  open(anchor = this.input) {
    this.anchor = anchor;
    this.show(this.known, "");
    const now = this.options.findIndex((option) => option.dataset.label === this.text);
    if (now >= 0) this.highlight(now);
    if (!("complete" in this.list.dataset) && !this.known.length) this.search("");
  }

  close() {
    this.list.hidePopover();
    this.input.ariaExpanded = "false";
    this.at = -1;
    this.asked = null;
  }

  get options() {
    return [...this.list.querySelectorAll("[data-value]")];
  }

  get chosen() {
    return this.list.matches(":popover-open") ? this.options[this.at] : undefined;
  }

  search(text = this.term()) {
    if ("complete" in this.list.dataset) return this.show(ranked(this.known, text), text);
    const url = `${this.list.dataset.url}?q=${encodeURIComponent(text)}`;
    const request = fetch(url, { headers: { "HX-Request": "true" } }).then((answer) => (answer.ok ? answer.text() : ""));
    const asked = this.asked = {};
    this.busy = request.then((html) => {
      if (this.asked !== asked) return; // something else was typed, or the list was left
      const found = new DOMParser().parseFromString(`<ul>${html}</ul>`, "text/html").querySelectorAll("li");
      this.show([...found], text);
    }, () => undefined).finally(() => { this.busy = null; });
    return this.busy;
  }

  /* What is being typed: everything, or the last of several with `;` between them. */
  term() {
    return this.input.dataset.combo === "many" ? this.input.value.split(";").pop().trim() : this.text;
  }

  show(found, text) {
    const rows = [...found];
    const exact = found.some((option) => option.dataset.label.toLowerCase() === text.toLowerCase());
    if (text && !exact && "grows" in this.list.dataset) rows.push(row(text, text, `Create “${text}”`));
    if (!text && "empties" in this.list.dataset) rows.push(row("", "", "— empty"));
    if (!rows.length) rows.push(row(undefined, undefined, text ? "Nothing like it" : "Type to search"));
    this.list.replaceChildren(...rows);
    rows.forEach((option, index) => { option.id = `${this.list.id}-${index}`; });
    this.list.showPopover({ source: this.anchor ?? this.input });
    this.input.ariaExpanded = "true";
    this.highlight(text && this.options.length ? 0 : -1);
  }

  highlight(index) {
    this.at = index;
    highlight(this.input, this.options, this.options[index]);
  }

  /* True if the key was a move in the list. */
  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (!step || event.altKey) return false;
    event.preventDefault();
    if (!this.list.matches(":popover-open")) this.open(this.anchor);
    const last = this.options.length - 1;
    if (last >= 0) this.highlight(Math.abs(step) === 1 ? (this.at + step + last + 1) % (last + 1) : Math.max(0, Math.min(last, this.at + step)));
    return true;
  }
}

function row(value, label, words) {
  const option = document.createElement("li");
  option.role = "option";
  option.textContent = words;
  if (value === undefined) option.className = "none";
  else Object.assign(option.dataset, { value, label });
  return option;
}

function ranked(options, text) {
  const wanted = text.toLowerCase();
  const rank = (option) => {
    const label = option.dataset.label.toLowerCase();
    return label === wanted ? 0 : label.startsWith(wanted) ? 1 : label.includes(wanted) ? 2 : 3;
  };
  return options.filter((option) => rank(option) < 3).sort((one, other) => rank(one) - rank(other));
}
