// The theme is a cookie read by the server, so that the first paint is right already.
const YEAR_IN_SECONDS = 365 * 24 * 3600;
const root = document.documentElement;

function isDark() {
  if (root.dataset.theme) return root.dataset.theme === "hub-dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

function showState() {
  for (const toggle of document.querySelectorAll("[data-theme-toggle]")) toggle.setAttribute("aria-pressed", String(isDark()));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const next = isDark() ? "light" : "dark";
  root.dataset.theme = `hub-${next}`;
  document.cookie = `theme=${next}; path=/; max-age=${YEAR_IN_SECONDS}; samesite=lax`;
  showState();
  document.dispatchEvent(new CustomEvent("hub:theme"));
});

showState();
