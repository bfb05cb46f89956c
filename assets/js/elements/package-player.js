// <package-player data-config="id">…<iframe data-src>…</package-player>: plays an item of a package (SCORM) that runs on an
// origin of its own, and tells the portal as it goes. `id` names a json_script block: see enablement/views/partner/packages.py.
import { CrossFrameLMS } from "scorm-again/cross-frame-lms/min";

const SAVE_AFTER_MS = 2000;
const RETRY_MS = [2000, 5000, 15000, 30000];
const CALLS_PER_SECOND = 2000;
const KEEPALIVE_BYTES = 60_000;
const STALE = 409;

// What items ask for at once, beside what `getFlattenedCMI` tells.
const ASKED = {
  scorm12: [
    "cmi.core.total_time", "cmi.core._children", "cmi.core.score._children", "cmi.student_data._children",
    "cmi.student_preference._children", "cmi.objectives._children", "cmi.objectives._count", "cmi.interactions._children",
    "cmi.interactions._count", "cmi.launch_data", "cmi.suspend_data",
  ],
  scorm2004: [
    "cmi._version", "cmi.total_time", "cmi.score._children", "cmi.learner_preference._children", "cmi.objectives._children",
    "cmi.objectives._count", "cmi.interactions._children", "cmi.interactions._count", "cmi.comments_from_learner._count",
    "cmi.comments_from_lms._count", "cmi.launch_data", "cmi.suspend_data",
  ],
};

const hours = (seconds) => [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];

class PackagePlayer extends HTMLElement {
  async connectedCallback() {
    this.config = JSON.parse(document.getElementById(this.dataset.config).textContent);
    this.frame = this.querySelector("iframe");
    this.said = this.querySelector("[data-said]");
    this.sequence = this.config.sequence;
    this.base = this.config.sequence;
    this.seconds = 0;
    this.tries = 0;
    this.api = await this.makeApi();
    // Only our own frame may call, and only as long as it shows the packages' origin.
    this.guard = (event) => {
      if (event.origin === this.config.origin && event.source !== this.frame.contentWindow) event.stopImmediatePropagation();
    };
    addEventListener("message", this.guard);
    this.bridge = new CrossFrameLMS(this.facade(), this.config.origin, { rateLimit: CALLS_PER_SECOND });
    this.ticking = setInterval(() => (this.seconds += document.hidden ? 0 : 1), 1000);
    this.leaving = () => this.save({ leaving: true });
    this.hiding = () => document.hidden && this.leaving();
    addEventListener("pagehide", this.leaving);
    document.addEventListener("visibilitychange", this.hiding);
    this.frame.src = this.frame.dataset.src;
  }

  disconnectedCallback() {
    clearInterval(this.ticking);
    clearTimeout(this.waiting);
    removeEventListener("message", this.guard);
    removeEventListener("pagehide", this.leaving);
    document.removeEventListener("visibilitychange", this.hiding);
    this.bridge?.destroy();
  }

  get isOld() {
    return this.config.standard === "scorm12";
  }

  async makeApi() {
    const settings = { autocommit: false, logLevel: "NONE", mastery_override: true, lmsCommitUrl: false };
    const api = this.isOld
      ? new (await import("scorm-again/scorm12/min")).Scorm12API(settings)
      : new (await import("scorm-again/scorm2004/min")).Scorm2004API(settings);
    api.loadFromJSON(this.state(), "cmi");
    return api;
  }

  // What the item finds: what it told last time, who plays, and how long it has taken so far.
  state() {
    const { data, learner, mastery, launch_data, location, suspend_data } = this.config;
    const [h, m, s] = hours(this.config.seconds);
    const entry = this.sequence ? "resume" : "ab-initio";
    const both = { ...data, launch_data, suspend_data };
    if (this.isOld) {
      const time = [String(h).padStart(4, "0"), String(m).padStart(2, "0"), `${String(s).padStart(2, "0")}`].join(":");
      const core = { ...data.core, student_id: learner.id, student_name: learner.name, entry, lesson_location: location };
      Object.assign(core, { credit: "credit", lesson_mode: "normal", total_time: time, exit: "", session_time: "" });
      const student_data = { ...data.student_data, ...(mastery === null ? {} : { mastery_score: String(mastery * 100) }) };
      return { ...both, core, student_data };
    }
    return {
      ...both, learner_id: learner.id, learner_name: learner.name, entry, location, credit: "credit", mode: "normal",
      total_time: `PT${h}H${m}M${s}S`, exit: "", session_time: "",
      ...(mastery === null ? {} : { scaled_passing_score: String(mastery) }),
    };
  }

  // The API as the item is given it: what it says is noted, what it asks at once is sent along.
  facade() {
    const api = this.api;
    const after = (names, then) =>
      Object.fromEntries(names.map((name) => [name, (...values) => {
        const answer = api[name](...values);
        then();
        return answer;
      }]));
    const ask = (name) => {
      try {
        return api.getCMIValue(name);
      } catch {
        return "";
      }
    };
    const prefix = this.isOld ? "LMS" : "";
    return {
      ...after(["Initialize", "GetValue", "GetLastError", "GetErrorString", "GetDiagnostic"].map((one) => prefix + one), () => {}),
      ...after([`${prefix}SetValue`], () => this.saveSoon()),
      ...after([`${prefix}Commit`, `${prefix}${this.isOld ? "Finish" : "Terminate"}`], () => this.save()),
      getFlattenedCMI: () => ({
        ...api.getFlattenedCMI(),
        ...Object.fromEntries(ASKED[this.config.standard].map((name) => [name, String(ask(name) ?? "")])),
      }),
    };
  }

  saveSoon(after = SAVE_AFTER_MS) {
    this.isChanged = true;
    this.waiting ??= setTimeout(() => {
      this.waiting = null;
      this.save();
    }, after);
  }

  report() {
    const told = this.api.renderCommitObject(false, false);
    const { core, location, suspend_data = "", ...rest } = told.runtimeData.cmi;
    const { lesson_location, ...others } = core ?? {};
    return {
      attempt: this.config.attempt, item: this.config.item, writer: this.config.writer, base: this.base,
      sequence: ++this.sequence, completion: told.completionStatus, success: told.successStatus,
      score: told.score ?? {}, seconds: this.config.seconds + this.seconds,
      location: (this.isOld ? lesson_location : location) ?? "", suspend_data, data: this.isOld ? { ...rest, core: others } : rest,
    };
  }

  // One at a time, so that they arrive in order; whoever leaves does not wait.
  async save({ leaving = false } = {}) {
    if (!this.config.address || this.isOver || (leaving && !this.isChanged)) return;
    if (this.isSaving && !leaving) return void (this.isWanted = true);
    this.isSaving = true;
    this.isChanged = this.isWanted = false;
    const body = JSON.stringify(this.report());
    const token = document.querySelector('meta[name="csrf-token"]').content;
    try {
      const answer = await fetch(this.config.address, {
        method: "POST", body, keepalive: leaving && body.length < KEEPALIVE_BYTES,
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      });
      if (answer.ok) this.saved(await answer.json());
      else if (answer.status === STALE) this.end(this.dataset.stale);
      else if (answer.status < 500) this.end(this.dataset.refused);
      else throw new Error(String(answer.status));
    } catch {
      this.isWanted = false;
      this.say(this.dataset.unsaved);
      const pause = RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)];
      this.saveSoon(pause);
    } finally {
      this.isSaving = false;
      if (this.isWanted) this.save();
    }
  }

  saved({ is_done }) {
    this.tries = 0;
    this.say(this.dataset.saved);
    if (is_done) for (const one of this.querySelectorAll("[data-done]")) one.hidden = false;
  }

  end(text) {
    this.isOver = true;
    this.bridge.destroy();
    this.say(text);
    this.querySelector("[data-over]").hidden = false;
  }

  say(text) {
    this.said.textContent = text;
  }
}

customElements.define("package-player", PackagePlayer);
