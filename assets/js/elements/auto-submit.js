// <auto-submit><form>…</form></auto-submit>: a filter bar that applies itself. The button marked data-apply is there without script only.
// Controls beside the form that belong to it (form="id") apply themselves as well, those that arrive later too.
const PAUSE_MS = 350;

class AutoSubmit extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    if (!form) return;
    for (const button of this.querySelectorAll("[data-apply]")) button.hidden = true;
    const shown = () => new URLSearchParams(new FormData(form)).toString();
    // Leaving a field one typed into is a change, too: what has been applied is not applied again.
    let applied = shown();
    const apply = () => {
      if (shown() === applied) return;
      applied = shown();
      form.requestSubmit();
    };
    this.addEventListener("change", (event) => {
      if (event.target.form === form && event.target.type !== "search") apply();
    });
    // Typing applies only where the answer is a fragment: a whole new page would take the focus away.
    if (!form.hasAttribute("hx-get")) return;
    this.addEventListener("input", (event) => {
      if (event.target.form !== form || (event.target.type !== "search" && event.target.type !== "text")) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(apply, PAUSE_MS);
    });
    this.addEventListener("htmx:afterSwap", () => {
      for (const button of this.querySelectorAll("[data-apply]")) button.hidden = true;
    });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}

customElements.define("auto-submit", AutoSubmit);
