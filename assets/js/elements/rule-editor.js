// <rule-editor> around the form of the rule editor: rules move by drag and by Alt with an arrow key, Ctrl+Z takes back.
// Everything is a press of a button; the server does it and sends the rules anew.
import Sortable from "sortablejs";

const TEXT = "input:not([type=checkbox], [type=radio]), textarea, [contenteditable]";
const VERBS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };
const MIRRORED = { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" };
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const held = (id) => {
  const control = document.getElementById(id);
  return control?.matches("[type=checkbox], [type=radio]") ? control.checked : control?.value;
};

class RuleEditor extends HTMLElement {
  connectedCallback() {
    this.onUndoKey = (event) => this.undoByKey(event);
    document.addEventListener("keydown", this.onUndoKey);
    this.addEventListener("keydown", (event) => this.moveByKey(event));
    for (const name of ["input", "change"]) this.addEventListener(name, (event) => this.hearOnce(event), { capture: true });
    this.addEventListener("click", (event) => this.ignoreWhatCannotBe(event), { capture: true });
    this.addEventListener("toggle", (event) => this.fillMenu(event.target), { capture: true });
    this.later = [];
    this.addEventListener("htmx:beforeRequest", () => {
      this.busy = true;
      this.rememberSent();
    });
    this.addEventListener("htmx:beforeSwap", () => this.collectChangedSince());
    this.addEventListener("htmx:afterRequest", () => this.afterAnswer());
    // The pointer may have come before this script, or lie still while an answer replaces what is under it.
    for (const name of ["pointerover", "pointerdown"]) {
      this.addEventListener(name, (event) => this.letDrag(event.target.closest("[data-rules]")), { capture: true });
    }
    this.rememberSent(); // the first answer may be under way already
    this.sayThatItListens();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onUndoKey);
  }

  // The server then sends the rules in a template, which is quicker to put in place than letting htmx compare them.
  sayThatItListens() {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "quick", value: "1" });
    this.querySelector("form").append(field);
  }

  // What is typed counts after a pause ("input"), what is picked at once ("change"); nothing counts twice.
  hearOnce(event) {
    if ((event.type === "input") !== event.target.matches(TEXT)) event.stopPropagation();
  }

  press(act) {
    const button = this.querySelector("[data-press]");
    button.value = act;
    button.click();
  }

  // --- keys

  undoByKey(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.closest?.(TEXT)) return;
    const key = event.key.toLowerCase();
    const again = key === "y" || (key === "z" && event.shiftKey);
    if (key !== "z" && !again) return;
    event.preventDefault();
    this.whenFree(() => this.querySelector(again ? "[data-redo]" : "[data-undo]")?.click());
  }

  // The answer under way brings new buttons; a press of an old one would be lost with it.
  whenFree(work) {
    if (this.busy) this.later.push(work);
    else work();
  }

  moveByKey(event) {
    const rightToLeft = getComputedStyle(this).direction === "rtl";
    const verb = VERBS[(rightToLeft && MIRRORED[event.key]) || event.key];
    const path = event.target.closest("[data-path]")?.dataset.path;
    if (!event.altKey || !verb || !path) return;
    event.preventDefault();
    // The control that has the focus keeps it, wherever its rule goes.
    const { id } = event.target;
    this.kept = id.startsWith(`${path}-`) ? id.slice(path.length) : "-menu";
    this.press(`${verb}:${path}`);
  }

  ignoreWhatCannotBe(event) {
    if (!event.target.closest('[name="act"][aria-disabled="true"]')) return;
    event.preventDefault();
    event.stopPropagation();
  }

  // --- menus

  fillMenu(menu) {
    if (!menu.open || !("fill" in menu.dataset) || menu.querySelector(".menu-panel")) return;
    const { path } = menu.closest("[data-path]").dataset;
    const list = document.getElementById("rule-menu").content.cloneNode(true);
    const { first, last, off } = menu.dataset;
    for (const button of list.querySelectorAll("button")) {
      const verb = button.value.replace(/:.*$/, "");
      button.value = `${verb}:${path}`;
      if ((verb === "up" && first !== undefined) || (verb === "down" && last !== undefined)) button.ariaDisabled = "true";
      if (button.dataset.when === (off === undefined ? "off" : "on")) button.remove();
    }
    menu.append(list);
  }

  // --- after each answer

  afterAnswer() {
    const sent = document.getElementById("rule-tree-new");
    if (sent?.content.firstElementChild) this.replaceRules(sent);
    this.carryOver();
    this.busy = false;
    // Once htmx has let go of the request.
    setTimeout(() => this.later.length && this.whenFree(this.later.shift()));
    for (const control of this.querySelectorAll('[aria-describedby$="-notes"][name$=".value"]')) this.markInvalid(control);
  }

  replaceRules(sent) {
    const tree = this.querySelector("#rule-tree");
    const before = tree.contains(document.activeElement) ? document.activeElement : null;
    tree.replaceChildren(sent.content);
    const named = tree.querySelector("[autofocus]");
    if (named) this.focusOn(this.afterMove(named.id) ?? named);
    else if (before?.id) this.goOnWith(before);
    this.kept = undefined;
  }

  afterMove(id) {
    return this.kept && id.endsWith("-menu") ? this.control(id.replace(/-menu$/, this.kept)) : null;
  }

  goOnWith(before) {
    const control = this.control(before.id);
    if (!control) return;
    this.focusOn(control);
    if (control.setSelectionRange && before.type === "text") {
      control.setSelectionRange(before.selectionStart, before.selectionEnd);
    }
  }

  // A searchable list that is not built yet is entered through its select.
  control(id) {
    return document.getElementById(id) ?? document.getElementById(id.replace(/-search$/, ""));
  }

  focusOn(control) {
    control.focus();
  }

  // --- what somebody changes while an answer is under way is not in it, and not lost

  rememberSent() {
    this.sent = [...this.querySelectorAll("#rule-tree [id][name]")].map(({ id }) => ({ id, value: held(id) }));
  }

  collectChangedSince() {
    this.since = (this.sent ?? []).flatMap(({ id, value }) => {
      const control = document.getElementById(id);
      const now = held(id);
      return control && now !== value ? [{ id, value, now, label: control.selectedOptions?.[0]?.label }] : [];
    });
  }

  carryOver() {
    for (const { id, value, now, label } of this.since ?? []) {
      const control = document.getElementById(id);
      // Where another rule stands now, nothing is carried over.
      if (!control || held(id) !== value) continue;
      if (label !== undefined && ![...control.options].some((option) => option.value === now)) control.add(new Option(label, now));
      if (typeof now === "boolean") control.checked = now;
      else control.value = now;
      for (const name of ["input", "change"]) control.dispatchEvent(new Event(name, { bubbles: true }));
    }
    this.since = undefined;
  }

  markInvalid(control) {
    const notes = document.getElementById(control.getAttribute("aria-describedby"));
    if (notes?.dataset.notes === "true") control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }

  // --- drag

  letDrag(list) {
    if (!list || Sortable.get(list)) return;
    for (const each of this.querySelectorAll("[data-rules]")) {
      if (each.dataset.family === list.dataset.family && !Sortable.get(each)) this.sort(each);
    }
  }

  sort(list) {
    Sortable.create(list, {
      group: `rules-${list.dataset.family}`,
      handle: "[data-handle]",
      draggable: "[data-node]",
      animation: still() ? 0 : 150,
      // Groups stand in lists as rules do: only their edges make room, so that their middle can be dropped into.
      invertSwap: true,
      invertedSwapThreshold: 0.5,
      // Not the browser's own drag: that would drop text into the fields it passes.
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      onEnd: (drop) => this.dropped(drop),
    });
  }

  dropped({ item, from, to, oldDraggableIndex, newDraggableIndex }) {
    if (from === to && oldDraggableIndex === newDraggableIndex) return;
    this.press(`move:${item.dataset.node}>${to.dataset.rules}:${newDraggableIndex}`);
  }
}

if (!customElements.get("rule-editor")) customElements.define("rule-editor", RuleEditor);
