/* What every page needs: CSRF, errors as toasts, dialogs, confirmation, history, menus. */
export const $ = (selector, root = document) => root.querySelector(selector);
export const on = (type, listener, options) => document.addEventListener(type, listener, options);

const SAFE = /^(GET|HEAD)$/;
const EXPECTED = [401, 409, 419, 422];

export const csrfToken = () => $("meta[name='csrf-token']").content;

// ---- toasts: in the top layer, above open dialogs
const toasts = $("#toasts");
const MOST_TOASTS = 4;

export function toast(text, { bad = false, seconds = "" } = {}) {
  const box = document.createElement("div");
  box.className = bad ? "toast bad" : "toast";
  box.dataset.seconds = seconds;
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  toasts.append(box);
}

function keepToast(box) {
  toasts.hidePopover();
  toasts.showPopover();
  while (toasts.children.length > MOST_TOASTS) toasts.firstElementChild.remove();
  box.append($("#close-toast").content.cloneNode(true));
  const seconds = box.dataset.seconds || (box.matches(".bad") ? 20 : 10);
  setTimeout(() => box.matches(":hover, :focus-within") ? setTimeout(() => box.remove(), 8000) : box.remove(), seconds * 1000);
}

/* What is done with each toast, whoever puts it there. */
export const toasted = [keepToast];
new MutationObserver((records) => {
  const boxes = records.flatMap((record) => [...record.addedNodes]).filter((box) => box.matches?.(".toast"));
  for (const box of boxes) toasted.forEach((does) => does(box));
}).observe(toasts, { childList: true });
for (const box of toasts.children) keepToast(box);

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
  if (target.matches?.(".toast .close")) target.parentElement.remove();
  const copy = target.closest?.("[data-copy]");
  if (copy) copyText(copy.dataset.copy, "Copied");
});

export function ask(text, yes = "Yes") {
  const dialog = $("#ask");
  $("p", dialog).textContent = text;
  $(".primary", dialog).textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => { dialog.onclose = () => answer(dialog.returnValue === "yes"); });
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
    const box = $("#copy textarea");
    box.value = text;
    $("#copy").showModal();
    box.select();
  }
}

// ---- the sidebar remembers its width in this browser
const root = document.documentElement;
if (localStorage.getItem("side") === "narrow") root.dataset.side = "narrow";
on("click", (event) => {
  if (!event.target.closest?.("[data-fold]")) return;
  root.dataset.side = root.dataset.side === "narrow" ? "" : "narrow";
  localStorage.setItem("side", root.dataset.side);
});
