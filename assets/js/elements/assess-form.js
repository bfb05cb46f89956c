// <assess-form>: a page of questions ([data-question], each with radios) that is filled in by keyboard and loses nothing.
// 1 to 5 answer the question in which the focus is and go on to the next one; arrows stay the browser's own. The keys
// work in answers only, never while somebody types. What could not be sent is marked, tried again, and asked about
// before the page is left. data-failed and data-tried are what the status line says.
const RETRY_MS = 8000;

const radiosOf = (question) => [...question.querySelectorAll("input[type=radio]")];

class AssessForm extends HTMLElement {
  connectedCallback() {
    if (this.unsent) return;
    this.unsent = new Map();
    this.addEventListener("keydown", (event) => this.onKey(event));
    for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
      this.addEventListener(name, (event) => this.failed(event.detail.elt));
    }
    this.addEventListener("htmx:afterRequest", (event) => event.detail.successful && this.unsent.delete(event.detail.elt));
    this.onOnline = () => this.tryAgain();
    this.onLeave = (event) => this.unsent.size && event.preventDefault();
    window.addEventListener("online", this.onOnline);
    window.addEventListener("beforeunload", this.onLeave);
    this.timer = setInterval(() => this.tryAgain(), RETRY_MS);
    this.querySelector("form#answers")?.addEventListener("submit", () => this.unsent.clear()); // it sends everything
    this.begin();
  }

  disconnectedCallback() {
    window.removeEventListener("online", this.onOnline);
    window.removeEventListener("beforeunload", this.onLeave);
    clearInterval(this.timer);
  }

  // Where there is something to answer, the first open question has the focus, on last time's answer if there is one.
  begin() {
    if (location.hash || document.activeElement !== document.body) return;
    const open = this.questions().find((one) => !radiosOf(one).some((radio) => radio.checked));
    if (open) this.goTo(open);
  }

  questions() {
    return [...this.querySelectorAll("[data-question]:not(:disabled)")];
  }

  goTo(question) {
    const radios = radiosOf(question);
    const target = radios.find((one) => one.checked) ?? radios.find((one) => one.hasAttribute("data-last")) ?? radios[0];
    target?.focus({ preventScroll: true });
    const { top, bottom } = question.getBoundingClientRect();
    if (top < 72 || bottom > innerHeight) question.scrollIntoView({ block: bottom - top > innerHeight - 96 ? "start" : "center" });
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.matches("input[type=radio]")) return;
    const question = event.target.closest("[data-question]");
    const radio = question && radiosOf(question)[Number(event.key) - 1];
    if (!radio || !/^[1-9]$/.test(event.key)) return;
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const all = this.questions();
    const next = all[all.indexOf(question) + 1];
    if (next) this.goTo(next);
    else this.querySelector("[data-next]")?.focus();
  }

  failed(element) {
    if (!element?.isConnected) return;
    this.unsent.set(element, true);
    this.say(this.dataset.failed);
  }

  tryAgain() {
    if (!this.unsent.size || !navigator.onLine) return;
    this.say(this.dataset.tried);
    for (const element of [...this.unsent.keys()]) {
      if (!element.isConnected) this.unsent.delete(element);
      else if (!element.matches("input[type=file]")) (element.querySelector?.("input:checked") ?? element).dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  say(text) {
    const state = this.querySelector("#save-state");
    if (state) state.textContent = text;
  }
}

customElements.define("assess-form", AssessForm);
