// htmx: the CSRF header, what happens when a request fails, polling only while somebody looks.
import htmx from "htmx.org";

window.htmx = htmx;

const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = csrfToken();
  // Lets the server answer with the preview only, while somebody types in this field.
  const changed = detail.triggeringEvent?.target?.name;
  if (changed) detail.headers["X-Changed-Field"] = encodeURIComponent(changed);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.hasAttribute("data-poll")) event.preventDefault();
});

// --- the alert bar (templates/partials/request_error.html) holds one paragraph per kind of failure

function showFailure(kind) {
  const bar = document.getElementById("request-error");
  if (!bar) return;
  for (const text of bar.querySelectorAll("[data-kind]")) text.hidden = text.dataset.kind !== kind;
  // Whatever lies outside an open dialog can neither be seen nor reached.
  const dialogs = document.querySelectorAll("dialog:modal");
  (dialogs[dialogs.length - 1] ?? document.body).append(bar);
  bar.hidden = false;
}

function hideFailure() {
  const bar = document.getElementById("request-error");
  if (!bar) return;
  bar.hidden = true;
  document.body.append(bar);
}

const isPoll = (event) => event.detail.elt?.hasAttribute("data-poll");

document.addEventListener("htmx:sendError", (event) => isPoll(event) || showFailure("offline"));
document.addEventListener("htmx:timeout", (event) => isPoll(event) || showFailure("offline"));
document.addEventListener("htmx:responseError", (event) => {
  if (isPoll(event)) return;
  const { status } = event.detail.xhr;
  showFailure(status === 403 ? "forbidden" : status === 404 ? "gone" : status === 429 ? "busy" : "server");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && !isPoll(event)) hideFailure();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-hide-failure]")) hideFailure();
});

// A control that sends a plain form says so at once and cannot be pressed twice. After a while it can: a download stays here.
const PRESSED_MS = 8000;

const release = (button) => {
  button.disabled = false;
  button.removeAttribute("aria-busy");
};

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented || event.target.method === "dialog" || button.hasAttribute("hx-post")) return;
  if (event.target.matches("[hx-get],[hx-post],[target]")) return;
  button.setAttribute("aria-busy", "true");
  // After the browser has collected the form, or the button's own name and value would be left out.
  setTimeout(() => (button.disabled = true));
  setTimeout(() => release(button), PRESSED_MS);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("button[aria-busy]").forEach(release);
});
