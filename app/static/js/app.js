/* What every page needs: CSRF, errors as toasts, dialogs, confirmation, history, menus. */
import { float } from "./float.js";

export const $ = (selector, root = document) => root.querySelector(selector);
export const on = (type, listener, options) => document.addEventListener(type, listener, options);

const SAFE = /^(GET|HEAD)$/;
const EXPECTED = [401, 409, 419, 422];

export function csrfToken() {
  return $("meta[name='csrf-token']").content;
}

// ---- toasts: in the top layer, above open dialogs
const toasts = $("#toasts");
const MOST_TOASTS = 4;

function raiseToasts() {
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  toasts.showPopover();
}

export function toast(text, { bad = false, seconds = bad ? 20 : 8 } = {}) {
  const box = document.createElement("div");
  box.className = bad ? "toast bad" : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  toasts.append(box);
  keepToast(box, seconds);
  return box;
}

function keepToast(box, seconds) {
  raiseToasts();
  while (toasts.children.length > MOST_TOASTS) toasts.firstElementChild.remove();
  const close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.ariaLabel = "Dismiss";
  close.textContent = "✕";
  close.addEventListener("click", () => box.remove());
  box.append(close);
  setTimeout(() => box.matches(":hover, :focus-within") ? setTimeout(() => box.remove(), 8000) : box.remove(), seconds * 1000);
}

new MutationObserver((records) => {
  for (const record of records)
    for (const box of record.addedNodes)
      if (box.matches?.(".toast") && !$(".close", box)) keepToast(box, box.matches(".bad") ? 20 : 10);
}).observe(toasts, { childList: true });
for (const box of toasts.children) keepToast(box, 10);

// ---- requests
on("htmx:config:request", ({ detail: { ctx } }) => {
  if (SAFE.test(ctx.request.method)) return;
  ctx.request.headers["X-CSRFToken"] = csrfToken();
  if (ctx.request.body?.has?.("csrf_token")) ctx.request.body.set("csrf_token", csrfToken());
});

on("htmx:response:error", ({ detail: { ctx } }) => {
  const status = ctx.response.status;
  const says = ctx.text?.includes("#toasts") || ctx.text?.includes("form class=\"editor");
  if (ctx.quiet || EXPECTED.includes(status) || says) return;
  toast(`Not done: the server answered ${status}. Nothing you typed is lost.`, { bad: true });
});

on("htmx:error", ({ detail }) => {
  if (detail.ctx?.quiet || detail.error?.name === "AbortError") return;
  if (detail.ctx?.request) toast("Not done: the server can't be reached. Nothing you typed is lost.", { bad: true });
});

// htmx pushes an equal address twice; the history should not
on("htmx:before:history:update", ({ detail: { history } }) => {
  if (history?.type === "push" && history.path === location.pathname + location.search) history.type = "replace";
});

// a form that htmx has not seen yet must not leave the page
on("submit", (event) => {
  const form = event.target;
  if (!form.matches("[hx-get], [hx-post], [hx-patch], [hx-delete]")) return;
  if (!form._htmx?.initialized) htmx.process(form);
  event.preventDefault();
}, true);

// ---- dialogs: they arrive in #modal
on("htmx:after:swap", () => {
  const dialog = $("#modal dialog:not([open])");
  if (!dialog) return;
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.remove());
  ($("[autofocus]", dialog) ?? $("input:not([type=hidden]), select, textarea", dialog))?.focus();
});

on("click", (event) => {
  const target = event.target;
  if (target.closest?.("[data-close]")) target.closest("dialog").close();
  const copy = target.closest?.("[data-copy]");
  if (copy) copyText(copy.dataset.copy, "Copied");
});

export function ask(text, yes = "Yes") {
  const dialog = document.createElement("dialog");
  const words = document.createElement("p");
  words.textContent = text;
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "actions";
  for (const [value, label, look] of [["", "Cancel", "btn"], ["yes", yes, "btn primary"]]) {
    const button = document.createElement("button");
    Object.assign(button, { value, textContent: label, className: look });
    form.append(button);
  }
  const body = document.createElement("div");
  body.className = "body";
  body.append(words, form);
  dialog.append(body);
  document.body.append(dialog);
  dialog.showModal();
  $(".primary", dialog).focus();
  return new Promise((answer) => dialog.addEventListener("close", () => {
    dialog.remove();
    answer(dialog.returnValue === "yes");
  }));
}

on("htmx:confirm", (event) => {
  if (!event.detail.ctx.confirm) return;
  event.preventDefault();
  ask(event.detail.ctx.confirm).then((yes) => (yes ? event.detail.issueRequest() : event.detail.dropRequest()));
});

// ---- clipboard; without a secure context the text is shown to be copied by hand
export async function copyText(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    const box = document.createElement("textarea");
    box.className = "input";
    box.value = text;
    const dialog = document.createElement("dialog");
    dialog.append(box);
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
    box.select();
    toast("Press Ctrl-C to copy");
  }
}

// ---- menus open below their button
on("toggle", ({ newState, target }) => {
  if (newState === "open" && target.matches?.(".menu")) float(target, $(`[popovertarget="${target.id}"]`));
}, true);

// ---- the sidebar remembers its width in this browser
const root = document.documentElement;
if (localStorage.getItem("side") === "narrow") root.dataset.side = "narrow";
on("click", (event) => {
  if (!event.target.closest?.("[data-fold]")) return;
  root.dataset.side = root.dataset.side === "narrow" ? "" : "narrow";
  localStorage.setItem("side", root.dataset.side);
});
