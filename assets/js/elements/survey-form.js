// <survey-form> around questions: one with data-shown-by is there only while the question of that key has one of the
// answers in data-shown-with. The server judges by the same rule; without script every question stands there.
class SurveyForm extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => this.follow());
    for (const note of this.querySelectorAll(".if-plain")) note.hidden = true;
    this.follow();
  }

  follow() {
    const seen = new Set();
    for (const question of this.querySelectorAll("[data-question]")) {
      question.hidden = !this.isShown(question.dataset, seen);
      if (!question.hidden) seen.add(question.dataset.question);
    }
  }

  isShown({ shownBy, shownWith }, seen) {
    if (!shownBy) return true;
    const given = [...this.querySelectorAll(`[name="${shownBy}"]:checked`)].map((one) => one.value);
    return seen.has(shownBy) && given.some((one) => shownWith.split(" ").includes(one));
  }
}

customElements.define("survey-form", SurveyForm);
