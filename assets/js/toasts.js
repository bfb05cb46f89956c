// Toasts: results out of sight. They stay eight seconds, longer while somebody points at them or is inside, and can be dismissed.
// A response may send one with the header HX-Trigger: {"toast": {"text": "…"}}.
const STAY_MS = 8000;

function arm(toast) {
  if (toast.dataset.armed) return;
  toast.dataset.armed = "true";
  let timer;
  const start = () => (timer = setTimeout(() => toast.remove(), STAY_MS));
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

function armAll() {
  document.querySelectorAll("#toasts > .toast").forEach(arm);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest(".toast, .notice")?.remove();
});

document.addEventListener("toast", (event) => {
  const stack = document.getElementById("toasts");
  const blank = document.getElementById("toast-blank");
  if (!stack || !blank) return;
  const toast = blank.content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-text]").textContent = event.detail.text ?? event.detail.value ?? "";
  stack.append(toast);
  arm(toast);
});

document.addEventListener("htmx:load", armAll);
armAll();
