// Tells screen readers what changed, through the one live region of the shell.
export function announce(message) {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  // A repeated message is only read again when the region was empty for a moment.
  setTimeout(() => (region.textContent = message), 50);
}
