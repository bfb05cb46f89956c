// <record-limits> around <details data-records="…">: only those are shown whose records the form's select `measure` counts.
class RecordLimits extends HTMLElement {
  connectedCallback() {
    const measure = this.closest("form")?.elements.measure;
    if (!measure) return;
    measure.addEventListener("change", () => this.show(measure.value));
    // What the server was told and refused stays in sight.
    this.show(measure.value, { keeping: true });
  }

  show(measure, { keeping = false } = {}) {
    const [kind, what = ""] = measure.split(":"); // count:deals, sum:deals.amount, field:employees
    const records = kind === "field" ? "" : what.split(".")[0];
    const groups = [...this.querySelectorAll("details")];
    for (const group of groups) {
      const chosen = [...group.querySelectorAll("input:checked")];
      group.hidden = group.dataset.records !== records && !(keeping && chosen.length);
      if (group.hidden) for (const box of chosen) box.checked = false;
    }
    const field = this.closest("fieldset");
    if (field) field.hidden = groups.every((group) => group.hidden);
  }
}

customElements.define("record-limits", RecordLimits);
