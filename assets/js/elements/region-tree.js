// <region-tree><p data-top hidden>…</p><table>…<tr data-region="dach" data-id="3" data-way="1 3" data-move="/…/move/">…: a row dragged by its
// [data-handle] onto another, or onto the top, opens the page that shows what the move would change. The button Move leads there too.
class RegionTree extends HTMLElement {
  connectedCallback() {
    this.top = this.querySelector("[data-top]");
    for (const handle of this.querySelectorAll("[data-handle]")) {
      handle.hidden = false;
      handle.draggable = true;
    }
    this.addEventListener("dragstart", (event) => this.begin(event));
    this.addEventListener("dragover", (event) => this.over(event));
    this.addEventListener("drop", (event) => this.drop(event));
    this.addEventListener("dragend", () => this.end());
  }

  begin(event) {
    this.moved = event.target.closest?.("tr[data-region]");
    if (!this.moved) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.moved.dataset.region);
    event.dataTransfer.setDragImage(this.moved, 8, 8);
    this.top.hidden = false;
  }

  // Not onto itself, nor onto what stands below it.
  target(event) {
    if (!this.moved) return null;
    const found = event.target.closest?.("tr[data-region], [data-top]");
    const below = found?.dataset.way?.split(" ").includes(this.moved.dataset.id);
    return below ? null : found;
  }

  over(event) {
    const found = this.target(event);
    this.mark(found);
    if (found) event.preventDefault();
  }

  drop(event) {
    const found = this.target(event);
    if (!found) return;
    event.preventDefault();
    location.assign(`${this.moved.dataset.move}?below=${encodeURIComponent(found.dataset.region ?? "")}`);
    this.end();
  }

  end() {
    this.mark(null);
    this.moved = null;
    this.top.hidden = true;
  }

  mark(found) {
    if (found === this.marked) return;
    this.marked?.removeAttribute("data-over");
    found?.setAttribute("data-over", "");
    this.marked = found;
  }
}

if (!customElements.get("region-tree")) customElements.define("region-tree", RegionTree);
