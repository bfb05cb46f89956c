// <work-list> around a page of [data-item]s: j and k walk, x chooses, Enter opens, l logs a touch, d does, / filters, ? helps.
// Also the dialog #quick-log, which [data-log] buttons open for their partner: the second press logs the touch.
const TYPING = "input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable]";

class WorkList extends HTMLElement {
  connectedCallback() {
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-log]");
      if (button && !event.ctrlKey && !event.metaKey && this.log(button)) event.preventDefault();
    });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
  }

  get items() {
    return [...this.querySelectorAll("[data-item]")].filter((item) => item.offsetParent !== null);
  }

  get current() {
    return document.activeElement?.closest?.("[data-item]");
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog:modal")) return;
    if (event.target.closest(TYPING)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = this.acts[event.key];
    if (act && act.call(this) !== false) event.preventDefault();
  }

  acts = {
    j: () => this.walk(1),
    k: () => this.walk(-1),
    x: () => this.press("[data-select]"),
    l: () => this.press("[data-log]"),
    d: () => this.press(".work-act"),
    Enter: () => document.activeElement === this.current && this.press("[data-item-link]"),
    "/": () => this.focusFilter(),
    "?": () => document.getElementById("keys")?.showModal(),
    Escape: () => document.activeElement?.blur(),
  };

  walk(step) {
    const { items } = this;
    if (!items.length) return false;
    const at = items.indexOf(this.current ?? this.last);
    const next = at < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + step, 0), items.length - 1);
    this.last = items[next];
    items[next].focus({ preventScroll: true });
    items[next].scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  }

  press(selector) {
    const button = this.current?.querySelector(selector);
    if (!button) return false;
    button.click();
    return true;
  }

  focusFilter() {
    const field = this.querySelector("input[type=search]");
    if (!field) return false;
    field.focus();
    field.select();
    return true;
  }

  log(button) {
    const dialog = document.getElementById("quick-log");
    const form = dialog?.querySelector("form");
    if (!form) return false;
    form.reset();
    form.action = button.dataset.log;
    form.elements.once.value = crypto.randomUUID?.() ?? "";
    form.elements.key.value = button.dataset.logKey ?? "";
    dialog.querySelector("[data-log-who]").textContent = button.dataset.logName;
    dialog.querySelector("[data-log-more]").href = button.href;
    dialog.showModal();
    return true;
  }
}

customElements.define("work-list", WorkList);
