// <confirm-dialog> around a form and a <dialog>: the form is only sent after the dialog's [data-yes] was pressed.
// With when="…" it asks for the button of that value alone; the form's other buttons send it at once.
class ConfirmDialog extends HTMLElement {
  connectedCallback() {
    const dialog = this.querySelector("dialog");
    // Capture: ask before htmx or anyone else hears of the submit.
    this.addEventListener(
      "submit",
      (event) => {
        const { when } = this.attributes;
        if (event.target.closest("dialog") || this.agreed || (when && event.submitter?.value !== when.value)) {
          this.agreed = false;
          return;
        }
        event.preventDefault();
        event.stopPropagation();
        this.pending = { form: event.target, submitter: event.submitter };
        dialog.showModal();
      },
      { capture: true },
    );
    this.querySelector("[data-yes]")?.addEventListener("click", () => {
      dialog.close();
      this.agreed = true;
      this.pending.form.requestSubmit(this.pending.submitter);
    });
  }
}

customElements.define("confirm-dialog", ConfirmDialog);
