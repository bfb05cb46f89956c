// <type-ahead data-url="…" [data-many]><input></type-ahead>: what is known is offered while one types (the ARIA combobox pattern).
// The address answers <li data-value="…">…</li> for ?q=. With data-many the text is a list, and the part at its end is completed.
import { announce } from "../announce.js";

const WAIT_MS = 180;
let count = 0;

class TypeAhead extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    if (!this.input || this.list) return;
    this.buildList();
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries({ ...attributes, autocomplete: "off" })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
  }

  buildList() {
    this.list = document.createElement("ul");
    this.list.id = `type-ahead-${++count}`;
    this.list.className = "picker-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels?.[0]?.textContent.trim() ?? "");
    this.list.hidden = true;
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // pressing must not blur the input before the choice is made
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
    this.append(this.list);
  }

  get many() {
    return this.hasAttribute("data-many");
  }

  get typed() {
    return (this.many ? this.input.value.slice(this.input.value.lastIndexOf(",") + 1) : this.input.value).trim();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    const asked = this.typed;
    if (!asked) return this.close();
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set("q", asked);
    const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || asked !== this.typed || document.activeElement !== this.input) return undefined;
    return this.show(await answer.text());
  }

  show(html) {
    const found = new DOMParser().parseFromString(html, "text/html").querySelectorAll("li[data-value]");
    const items = [...found].filter((item) => !this.has(item.dataset.value));
    items.forEach((item, place) => {
      item.className = "picker-option";
      item.id = `${this.list.id}-${place}`;
      item.setAttribute("role", "option");
    });
    this.list.replaceChildren(...items);
    this.list.hidden = items.length === 0;
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    if (items.length) announce((this.dataset.found ?? "%(n)s").replace("%(n)s", items.length));
    this.mark(-1);
  }

  has(value) {
    return this.many && this.input.value.split(",").some((one) => one.trim() === value);
  }

  mark(place) {
    this.at = place;
    [...this.list.children].forEach((item, index) => {
      item.classList.toggle("is-active", index === place);
      item.setAttribute("aria-selected", String(index === place));
    });
    const active = this.list.children[place];
    if (active) {
      this.input.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  // Enter takes what is marked; with nothing marked it sends the form, as in any field.
  key(event) {
    if (this.list.hidden) return;
    const last = this.list.children.length - 1;
    const acts = {
      ArrowDown: () => this.mark(this.at >= last ? 0 : this.at + 1),
      ArrowUp: () => this.mark(this.at <= 0 ? last : this.at - 1),
      Escape: () => this.close(),
    };
    if (this.at >= 0) acts.Enter = () => this.take(this.list.children[this.at]);
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  take(option) {
    const before = this.many ? this.input.value.slice(0, this.input.value.lastIndexOf(",") + 1) : "";
    this.input.value = this.many ? `${before ? `${before} ` : ""}${option.dataset.value}, ` : option.dataset.value;
    this.close();
    this.input.focus();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

if (!customElements.get("type-ahead")) customElements.define("type-ahead", TypeAhead);
