// <mention-field>…textarea…</mention-field>: after an @ it offers the people whom the form's tick boxes name.
class MentionField extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    if (!this.text || this.list) return;
    this.names = [...(this.closest("form")?.querySelectorAll("[data-people] label") ?? [])].map((label) => label.textContent.trim());
    this.list = document.createElement("ul");
    this.list.className = "picker-list";
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    this.list.id = `${this.text.id}_people`;
    this.list.setAttribute("aria-label", this.dataset.label);
    this.text.after(this.list);
    this.text.setAttribute("aria-controls", this.list.id);
    this.text.addEventListener("input", () => this.offer());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("blur", () => setTimeout(() => (this.list.hidden = true), 150));
  }

  begun() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    return /(?:^|\s)@([^\s@][^@\n]{0,40}|)$/u.exec(before);
  }

  offer() {
    const typed = this.begun()?.[1]?.toLowerCase();
    const fitting = typed === undefined ? [] : this.names.filter((name) => name.toLowerCase().startsWith(typed)).slice(0, 6);
    this.list.replaceChildren(...fitting.map((name) => this.option(name)));
    this.list.hidden = fitting.length === 0;
    this.mark(0);
  }

  option(name) {
    const item = document.createElement("li");
    item.className = "picker-option";
    item.setAttribute("role", "option");
    item.textContent = name;
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.take(name);
    });
    return item;
  }

  mark(index) {
    const items = [...this.list.children];
    this.at = (index + items.length) % (items.length || 1);
    items.forEach((item, place) => {
      item.classList.toggle("is-active", place === this.at);
      item.setAttribute("aria-selected", String(place === this.at));
    });
  }

  key(event) {
    if (this.list.hidden) return;
    const act = { ArrowDown: () => this.mark(this.at + 1), ArrowUp: () => this.mark(this.at - 1), Escape: () => (this.list.hidden = true) };
    act.Enter = act.Tab = () => this.take(this.list.children[this.at].textContent);
    if (act[event.key]) {
      event.preventDefault();
      act[event.key]();
    }
  }

  take(name) {
    const end = this.text.selectionStart;
    const start = end - this.begun()[1].length;
    this.text.setRangeText(`${name} `, start, end, "end");
    this.list.hidden = true;
    this.text.focus();
  }
}

customElements.define("mention-field", MentionField);
