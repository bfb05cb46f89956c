// <bulk-select> around a table: [data-select-all], [data-select] checkboxes, [data-bulk-bar] with [data-count].
class BulkSelect extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      if (event.target.matches("[data-select-all]")) {
        for (const box of this.boxes) box.checked = event.target.checked;
      }
      this.refresh();
    });
    // Browsers take Enter in a box for the form's first button: what is meant is the box.
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("[data-select],[data-select-all]")) return;
      event.preventDefault();
      event.target.click();
    });
    this.addEventListener("click", (event) => {
      if (!event.target.closest("[data-select-none]")) return;
      for (const box of this.boxes) box.checked = false;
      this.refresh();
      this.querySelector("[data-select-all]")?.focus();
    });
    this.addEventListener("htmx:afterSwap", () => this.refresh());
    this.refresh();
  }

  get boxes() {
    return [...this.querySelectorAll("input[data-select]")];
  }

  refresh() {
    const chosen = this.boxes.filter((box) => box.checked).length;
    const all = this.querySelector("[data-select-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === this.boxes.length;
      all.indeterminate = chosen > 0 && chosen < this.boxes.length;
    }
    for (const text of this.querySelectorAll("[data-count]")) text.textContent = chosen;
    for (const bar of this.querySelectorAll("[data-bulk-bar]")) bar.hidden = chosen === 0;
  }
}

customElements.define("bulk-select", BulkSelect);
