// <field-picker><select>…</select></field-picker>: a searchable list over a native select (the ARIA combobox pattern).
// The select stays the source of truth: it is what the form sends, it works without script, and "change" fires on it.
// Options may carry data-description; <optgroup>s become headings. data-none is the sentence when nothing matches.
// <field-picker lazy> becomes one when it is first used: a page may hold hundreds.
// Where many selects share one long list, it stands once in a <template id> and each select names it: data-options="id".
let count = 0;

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

class FieldPicker extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.select = this.querySelector("select");
    if (!this.select || this.select.multiple) return;
    if (this.hasAttribute("lazy")) this.buildWhenUsed();
    else this.build();
  }

  buildWhenUsed() {
    this.addEventListener("focusin", () => this.input || this.build(), { once: true });
    this.addEventListener("mousedown", (event) => {
      if (this.input) return;
      event.preventDefault(); // or the browser's own list opens
      this.build();
      this.input.focus();
      this.open();
    });
  }

  build() {
    this.listId = `picker-${++count}`;
    this.buildInput();
    this.buildList();
    this.select.addEventListener("change", () => this.showChosen());
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.close());
    this.select.form?.addEventListener("reset", () => setTimeout(() => this.showChosen()));
  }

  buildInput() {
    const { select } = this;
    this.input = document.createElement("input");
    this.input.type = "text";
    this.input.autocomplete = "off";
    this.input.spellcheck = false;
    this.input.className = select.className;
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.listId);
    for (const name of ["aria-label", "aria-labelledby", "aria-describedby", "aria-invalid", "autofocus"]) {
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    this.input.disabled = select.disabled;
    if (select.required) {
      this.input.setAttribute("aria-required", "true");
      select.required = false; // a hidden control cannot be pointed at by the browser; the server says what is missing
    }
    this.label = select.getAttribute("aria-label") ?? select.labels?.[0]?.textContent.trim() ?? "";
    if (select.id) {
      // The label keeps working: it names the visible control now. Stable, so that htmx restores the focus after a swap.
      this.input.id = `${select.id}-search`;
      for (const label of [...(select.labels ?? [])]) label.htmlFor = this.input.id;
      if (this.label) select.setAttribute("aria-label", this.label); // hidden, and still not without a name
    }
    const focused = document.activeElement === select;
    select.hidden = true;
    select.before(this.input);
    this.showChosen();

    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("input", (event) => {
      event.stopPropagation(); // the text typed is not a value of the form
      this.open(this.input.value);
    });
    this.input.addEventListener("change", (event) => event.stopPropagation());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    if (focused || select.autofocus) this.input.focus();
  }

  buildList() {
    this.list = document.createElement("div");
    this.list.id = this.listId;
    this.list.className = "picker-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.label);
    this.list.hidden = true;
    this.append(this.list);
    // Pressing must not blur the input before the choice is made.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  get source() {
    return document.getElementById(this.select.dataset.options)?.content.querySelector("select") ?? this.select;
  }

  get isOpen() {
    return !this.list.hidden;
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  showChosen() {
    this.input.value = this.select.selectedOptions[0]?.label.trim() ?? "";
  }

  open(typed = "") {
    this.fill(plain(typed.trim()));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    const { options } = this;
    const chosen = options.find((option) => option.getAttribute("aria-selected") === "true");
    this.activate(typed ? this.best(plain(typed.trim())) : (chosen ?? options[0]));
  }

  // A name that begins with what was typed comes before one that holds it, and that before one described with it.
  best(wanted) {
    const named = (test) => this.options.find((option) => test(plain(option.querySelector(".picker-name").textContent)));
    return named((name) => name.startsWith(wanted)) ?? named((name) => name.includes(wanted)) ?? this.options[0];
  }

  close() {
    if (!this.list || !this.isOpen) return;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.showChosen();
  }

  fill(wanted) {
    this.list.replaceChildren();
    for (const child of this.source.children) {
      if (child.tagName === "OPTGROUP") this.addGroup(child, wanted);
      else this.addOption(this.list, child, wanted, "");
    }
    if (!this.options.length) {
      const none = document.createElement("p");
      none.className = "picker-none";
      none.textContent = this.dataset.none ?? "";
      this.list.append(none);
    }
  }

  addGroup(optgroup, wanted) {
    const group = document.createElement("div");
    const heading = document.createElement("div");
    group.setAttribute("role", "group");
    heading.className = "picker-group";
    heading.id = `${this.listId}-g${this.list.children.length}`;
    heading.textContent = optgroup.label;
    group.setAttribute("aria-labelledby", heading.id);
    group.append(heading);
    for (const option of optgroup.children) this.addOption(group, option, wanted, optgroup.label);
    if (group.children.length > 1) this.list.append(group);
  }

  addOption(parent, option, wanted, groupName) {
    if (option.disabled || option.hidden) return;
    const note = option.dataset.description ?? "";
    const text = plain(`${option.label} ${groupName} ${note}`);
    if (wanted && !wanted.split(/\s+/).every((word) => text.includes(word))) return;
    const item = document.createElement("div");
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(option.value === this.select.value));
    item.id = `${this.listId}-${option.index}`;
    item.className = "picker-option";
    item.dataset.value = option.value;
    const name = document.createElement("span");
    name.className = "picker-name";
    name.textContent = option.label.trim();
    item.append(name);
    if (note) {
      const small = document.createElement("span");
      small.className = "picker-note";
      small.textContent = note;
      item.append(small);
    }
    parent.append(item);
  }

  activate(option) {
    for (const each of this.options) each.classList.toggle("is-active", each === option);
    this.active = option;
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  choose(option) {
    const { select } = this;
    const { value } = option.dataset;
    const changed = value !== select.value;
    if (changed && ![...select.options].some((each) => each.value === value)) {
      select.add(new Option(option.querySelector(".picker-name").textContent, value));
    }
    select.value = value;
    this.close();
    this.showChosen();
    if (!changed) return;
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  onKey(event) {
    const { options } = this;
    const at = options.indexOf(this.active);
    // There Alt and an arrow move the rule that the field stands in.
    if (event.altKey && !this.isOpen && this.closest("rule-editor")) return undefined;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (!this.isOpen) return this.open();
        if (event.altKey && event.key === "ArrowUp") return this.close();
        return this.activate(options[(at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length]);
      case "Home":
      case "End":
        if (!this.isOpen) return undefined;
        event.preventDefault();
        return this.activate(options.at(event.key === "Home" ? 0 : -1));
      case "Enter":
        if (!this.isOpen) return undefined;
        event.preventDefault();
        return this.active ? this.choose(this.active) : undefined;
      case "Tab":
        if (this.isOpen && this.active) this.choose(this.active);
        return undefined;
      case "Escape":
        if (!this.isOpen) return undefined;
        event.preventDefault();
        event.stopPropagation();
        return this.close();
      default:
        return undefined;
    }
  }
}

customElements.define("field-picker", FieldPicker);

// Links of an error summary lead to the select, which is hidden now.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const picker = link && document.getElementById(link.hash.slice(1))?.closest("field-picker");
  if (!picker?.input) return;
  event.preventDefault();
  picker.input.focus();
});
