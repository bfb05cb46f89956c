// <rule-editor> around the form of the rule editor: rules move by drag and by Alt with an arrow key, Ctrl+Z takes back.
// Everything is a press of a button that is there anyway; the server does it and sends the rules anew.
import Sortable from "sortablejs";

const TEXT = "input:not([type=checkbox], [type=radio]), textarea, [contenteditable]";
const SIDES = { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" };
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

class RuleEditor extends HTMLElement {
  connectedCallback() {
    this.onUndoKey = (event) => this.undoByKey(event);
    document.addEventListener("keydown", this.onUndoKey);
    this.addEventListener("keydown", (event) => this.moveByKey(event));
    for (const name of ["input", "change"]) this.addEventListener(name, (event) => this.hearOnce(event), { capture: true });
    this.addEventListener("click", (event) => this.ignoreWhatCannotBe(event), { capture: true });
    for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap"]) this.addEventListener(name, () => this.settle());
    this.settle();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onUndoKey);
  }

  // What is typed counts after a pause ("input"), what is picked at once ("change"); nothing counts twice.
  hearOnce(event) {
    if ((event.type === "input") !== event.target.matches(TEXT)) event.stopPropagation();
  }

  // --- keys

  undoByKey(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.closest?.(TEXT)) return;
    const key = event.key.toLowerCase();
    const again = key === "y" || (key === "z" && event.shiftKey);
    if (key !== "z" && !again) return;
    event.preventDefault();
    this.querySelector(again ? "[data-redo]" : "[data-undo]")?.click();
  }

  moveByKey(event) {
    if (!event.altKey || !event.key.startsWith("Arrow")) return;
    const path = event.target.closest("[data-path]")?.dataset.path;
    if (!path) return;
    const rightToLeft = getComputedStyle(this).direction === "rtl";
    const key = (rightToLeft && SIDES[event.key]) || event.key;
    const button = this.querySelector(`button[data-key="${key}"][value$=":${path}"]`);
    if (!button) return;
    event.preventDefault();
    // The control that has the focus keeps it, wherever its rule goes.
    const { id } = event.target;
    this.kept = id.startsWith(`${path}-`) ? id.slice(path.length) : "-menu";
    for (const before of this.querySelectorAll("#rule-tree [autofocus]")) before.removeAttribute("autofocus");
    button.click();
  }

  ignoreWhatCannotBe(event) {
    const button = event.target.closest('[name="act"][aria-disabled="true"]');
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    this.kept = undefined;
  }

  // --- after each answer

  settle() {
    for (const list of this.querySelectorAll("[data-rules]")) this.letDrag(list);
    for (const notes of this.querySelectorAll("[data-notes]")) this.markInvalid(notes);
    if (this.kept) this.focusKept();
  }

  focusKept() {
    const moved = this.querySelector("#rule-tree [id$='-menu'][autofocus]");
    if (!moved) return;
    const control = document.getElementById(moved.id.replace(/-menu$/, this.kept)) ?? moved;
    this.kept = undefined;
    control.focus();
  }

  markInvalid(notes) {
    for (const control of this.querySelectorAll(`[aria-describedby="${notes.id}"][name$=".value"]`)) {
      if (notes.dataset.notes === "true") control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  }

  // --- drag

  letDrag(list) {
    if (Sortable.get(list)) return;
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
    const button = this.querySelector("[data-drop]");
    button.value = `move:${item.dataset.node}>${to.dataset.rules}:${newDraggableIndex}`;
    button.click();
  }
}

if (!customElements.get("rule-editor")) customElements.define("rule-editor", RuleEditor);
