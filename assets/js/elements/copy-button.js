// <copy-button data-text="…" data-done="Copied"><button hidden>Copy</button></copy-button>: without script the button stays hidden.
import { announce } from "../announce.js";

const SHOWN_MS = 2000;

class CopyButton extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    const label = button.querySelector("[data-label]") ?? button;
    const before = label.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.dataset.text);
      label.textContent = this.dataset.done;
      announce(this.dataset.done);
      setTimeout(() => (label.textContent = before), SHOWN_MS);
    });
  }
}

customElements.define("copy-button", CopyButton);
