/* The session ended: sign in on top of the page, so that what was typed stays and can be saved. */
import { $, on, toast } from "./app.js";

let open = null;

on("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response.status === 401) signIn();
  if (ctx.response.status === 419) renew().then(() => toast("The page was renewed: save again."));
});

async function loginPage() {
  const answer = await fetch("/login", { headers: { Accept: "text/html" } });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/* Take the CSRF token of the new session. */
async function renew(page) {
  const fresh = page ?? (await loginPage());
  const token = fresh.querySelector("meta[name='csrf-token']").content;
  $("meta[name='csrf-token']").content = token;
  for (const input of document.querySelectorAll("input[name='csrf_token']")) input.value = token;
}

function field(name, label, type) {
  const box = document.createElement("label");
  box.className = "field";
  const input = document.createElement("input");
  Object.assign(input, { name, type, required: true, className: "input", autocomplete: type === "password" ? "current-password" : "username" });
  box.append(label, input);
  return box;
}

function signIn() {
  if (open) return;
  const dialog = open = document.createElement("dialog");
  dialog.dataset.login = "";
  const title = document.createElement("h2");
  title.textContent = "You have been signed out";
  const words = document.createElement("p");
  words.textContent = "Sign in again; what you typed is still there and can be saved.";
  const form = document.createElement("form");
  const error = document.createElement("p");
  error.className = "error";
  error.role = "alert";
  const button = document.createElement("button");
  Object.assign(button, { className: "btn primary", textContent: "Sign in" });
  form.append(field("username", "Username", "text"), field("password", "Password", "password"), error, button);
  const body = document.createElement("div");
  body.className = "body";
  body.append(title, words, form);
  dialog.append(body);
  document.body.append(dialog);
  form.addEventListener("submit", (event) => submit(event, dialog, error));
  dialog.addEventListener("close", () => { dialog.remove(); open = null; });
  dialog.showModal();
}

async function submit(event, dialog, error) {
  event.preventDefault();
  try {
    const page = await loginPage();
    const data = new FormData(event.target);
    data.set("csrf_token", page.querySelector("meta[name='csrf-token']").content);
    const answer = await fetch("/login", { method: "POST", body: data, headers: { Accept: "text/html" } });
    const after = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || after.querySelector("input[name='password']")) {
      error.textContent = after.querySelector(".error, [role=alert]")?.textContent || "Not signed in: wrong name or password.";
      return;
    }
    await renew(after);
    dialog.close();
    toast("Signed in again. Now save once more.");
  } catch {
    error.textContent = "The server can't be reached.";
  }
}
