// <auto-submit><form>…</form></auto-submit>: a filter bar that applies itself. The button marked data-apply is there without script only.
const PAUSE_MS = 350;

class AutoSubmit extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    if (!form) return;
    for (const button of this.querySelectorAll("[data-apply]")) button.hidden = true;
    form.addEventListener("change", (event) => {
      if (event.target.type !== "search") form.requestSubmit();
    });
    // Typing applies only where the answer is a fragment: a whole new page would take the focus away.
    if (!form.hasAttribute("hx-get")) return;
    form.addEventListener("input", (event) => {
      if (event.target.type !== "search" && event.target.type !== "text") return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => form.requestSubmit(), PAUSE_MS);
    });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}

customElements.define("auto-submit", AutoSubmit);
