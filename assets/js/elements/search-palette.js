// <search-palette> inside the search dialog: Ctrl+K opens it, arrows walk through the hits, Enter takes the first one.
const dialog = () => document.getElementById("palette");

document.addEventListener("keydown", (event) => {
  if (!(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "k") return;
  const palette = dialog();
  if (!palette) return;
  event.preventDefault();
  if (palette.open) palette.close();
  else if (!document.querySelector("dialog:modal")) palette.showModal();
});

class SearchPalette extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => this.onKey(event));
    // So that typing replaces the last search when the dialog opens again.
    dialog()?.addEventListener("close", () => this.input.setSelectionRange(0, this.input.value.length));
  }

  get input() {
    return this.querySelector("input[type=search]");
  }

  get hits() {
    return [...this.querySelectorAll("a[href]")];
  }

  onKey(event) {
    const { hits, input } = this;
    const at = hits.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const stops = [input, ...hits];
      const step = event.key === "ArrowDown" ? 1 : stops.length - 1;
      stops[(at + 1 + step) % stops.length].focus();
    } else if (event.key === "Enter" && at < 0 && hits.length && event.target === input) {
      event.preventDefault();
      hits[0].click();
    } else if (event.key === "Escape" && input.value && event.target === input) {
      // The browser would only empty the search field; one press closes, as in every dialog.
      event.preventDefault();
      dialog().close();
    } else if (at >= 0 && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      input.focus();
    }
  }
}

customElements.define("search-palette", SearchPalette);
