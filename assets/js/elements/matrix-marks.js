// <matrix-marks> around the fields of marks and the plane that they divide: a line is dragged, or moved by arrow keys in
// its field. The field stays the truth: what it says is sent by the form around it, and without script by its button.
const LARGE_STEPS = 10;

class MatrixMarks extends HTMLElement {
  connectedCallback() {
    this.addEventListener("pointerdown", (event) => this.grab(event));
    this.addEventListener("keydown", (event) => this.onKey(event));
  }

  field(name) {
    return this.querySelector(`input[name="${name}"][type="text"]`);
  }

  // What the plane says of an axis: where it begins and ends, how far one step goes.
  axis(name) {
    const data = this.querySelector("svg.plane")?.dataset;
    const letter = name[0];
    if (!data) return undefined;
    return {
      low: Number(data[`${letter}Low`]),
      high: Number(data[`${letter}High`]),
      step: Number(data[`${letter}Step`]),
      isStretched: data[`${letter}Stretched`] === "1",
    };
  }

  // A mark stays between those beside it, and within a round number of steps.
  fitting(name, value) {
    const { low, high, step } = this.axis(name);
    const other = this.field(name.endsWith("low") ? `${name[0]}_high` : `${name[0]}_low`);
    const limit = other ? Number(other.value) : Number.NaN;
    let fit = Math.round(Math.min(Math.max(value, low), high) / step) * step;
    if (!Number.isNaN(limit)) fit = name.endsWith("low") ? Math.min(fit, limit - step) : Math.max(fit, limit + step);
    return Number(fit.toPrecision(12));
  }

  grab(event) {
    const line = event.target.closest?.("[data-mark]");
    const field = line && this.field(line.dataset.mark);
    if (!field || event.button) return;
    event.preventDefault();
    const plane = line.closest("svg.plane");
    const box = plane.getBoundingClientRect();
    const name = line.dataset.mark;
    const { low, high, isStretched } = this.axis(name);
    const move = ({ clientX, clientY }) => {
      const along = name[0] === "x" ? (clientX - box.left) / box.width : 1 - (clientY - box.top) / box.height;
      const share = Math.min(Math.max(along, 0), 1);
      field.value = this.fitting(name, low + (high - low) * (isStretched ? share ** 2 : share));
      this.draw(line, name, Number(field.value));
    };
    const drop = () => {
      plane.removeEventListener("pointermove", move);
      plane.removeEventListener("pointerup", drop);
      plane.removeEventListener("pointercancel", drop);
      field.dispatchEvent(new Event("change", { bubbles: true }));
    };
    plane.setPointerCapture(event.pointerId);
    plane.addEventListener("pointermove", move);
    plane.addEventListener("pointerup", drop);
    plane.addEventListener("pointercancel", drop);
  }

  draw(line, name, value) {
    const { low, high, isStretched } = this.axis(name);
    const even = (value - low) / (high - low);
    const share = isStretched ? Math.sqrt(even) : even;
    const at = `${(name[0] === "x" ? share : 1 - share) * 100}%`;
    for (const end of line.querySelectorAll("line")) {
      end.setAttribute(`${name[0]}1`, at);
      end.setAttribute(`${name[0]}2`, at);
    }
    const text = line.querySelector("text");
    text.setAttribute(name[0], at);
    text.textContent = value;
  }

  onKey(event) {
    const { target, key, shiftKey } = event;
    const way = { ArrowUp: 1, ArrowDown: -1 }[key];
    if (!way || !/^[xy]_(low|high)$/.test(target.name) || !this.axis(target.name)) return;
    const value = Number(target.value);
    if (Number.isNaN(value)) return;
    event.preventDefault();
    const { step } = this.axis(target.name);
    target.value = this.fitting(target.name, value + way * step * (shiftKey ? LARGE_STEPS : 1));
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("matrix-marks", MatrixMarks);
