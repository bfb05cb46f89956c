// <sortable-list><ol><li>…</li></ol></sortable-list>: drag by [data-handle], or the buttons [data-move="up"|"down"] in each item.
// The order is that of the items' own hidden inputs; a bubbling "reorder" event tells forms and htmx (hx-trigger="reorder").
import Sortable from "sortablejs";
import { announce } from "../announce.js";

class SortableList extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol, ul, tbody");
    if (!this.list) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.sortable = Sortable.create(this.list, {
      handle: "[data-handle]",
      animation: still ? 0 : 150,
      onEnd: ({ item, oldIndex, newIndex }) => oldIndex !== newIndex && this.tell(item),
    });
    this.addEventListener("click", (event) => this.onMove(event));
    this.markEnds();
  }

  disconnectedCallback() {
    this.sortable?.destroy();
  }

  onMove(event) {
    const button = event.target.closest("[data-move]");
    const item = button?.closest("li, tr");
    if (!item) return;
    event.preventDefault();
    const up = button.dataset.move === "up";
    const neighbour = up ? item.previousElementSibling : item.nextElementSibling;
    if (!neighbour) return;
    if (up) neighbour.before(item);
    else neighbour.after(item);
    this.tell(item);
    button.focus();
  }

  tell(item) {
    this.markEnds();
    const place = [...this.list.children].indexOf(item) + 1;
    const text = this.dataset.moved ?? "%(place)s / %(count)s";
    announce(text.replace("%(place)s", place).replace("%(count)s", this.list.children.length));
    item.dispatchEvent(new CustomEvent("reorder", { bubbles: true }));
  }

  // aria-disabled rather than disabled: a button that vanished from the tab order would drop the focus.
  markEnds() {
    const items = [...this.list.children];
    items.forEach((item, index) => {
      item.querySelector('[data-move="up"]')?.setAttribute("aria-disabled", String(index === 0));
      item.querySelector('[data-move="down"]')?.setAttribute("aria-disabled", String(index === items.length - 1));
    });
  }
}

if (!customElements.get("sortable-list")) customElements.define("sortable-list", SortableList);
