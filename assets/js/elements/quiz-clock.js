// <quiz-clock data-due="2026-03-01T10:00:00+00:00" data-left="%(time)s left" data-over="…">: counts down, and hands the
// attempt in when the time is over. The server ends it anyway; without script the moment it ends stands there.
import { announce } from "../announce.js";

const TICK_MS = 1000;
const TOLD_AT_SECONDS = new Set([300, 60]);

class QuizClock extends HTMLElement {
  connectedCallback() {
    this.due = new Date(this.dataset.due).getTime();
    this.shown = this.querySelector("span");
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.tick();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    const left = Math.max(0, Math.round((this.due - Date.now()) / 1000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    this.shown.textContent = left ? this.dataset.left.replace("%(time)s", time) : this.dataset.over;
    if (TOLD_AT_SECONDS.has(left)) announce(this.shown.textContent);
    if (left === 0) {
      clearInterval(this.timer);
      const form = document.getElementById("attempt");
      form?.requestSubmit(form.querySelector("button[value=anyway]") ?? this.button(form));
    }
  }

  button(form) {
    const button = document.createElement("button");
    Object.assign(button, { name: "act", value: "anyway", hidden: true });
    form.append(button);
    return button;
  }
}

customElements.define("quiz-clock", QuizClock);
