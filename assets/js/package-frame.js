// Runs on the packages' origin, between the portal's player and an item: gives the item the API it looks for in the
// frames around it. Items ask for values at once and want an answer at once, so what is kept is here before they begin.
import { CrossFrameAPI } from "scorm-again/cross-frame-api/min";

const { name, portal, href } = document.body.dataset;
const TIMEOUT_MS = 20_000;
const NUMBERED = /^(.+)\.(\d+)\./;

class Bridge extends CrossFrameAPI {
  async fill() {
    const known = await this._post("getFlattenedCMI", []);
    for (const [key, value] of Object.entries(known)) this._cache.set(key, String(value ?? ""));
  }

  // Who adds to a list counts it first, and may add to it again before the player has answered.
  noteCount(key) {
    const [, list, number] = NUMBERED.exec(key) ?? [];
    if (list) this._cache.set(`${list}._count`, String(Math.max(Number(this._cache.get(`${list}._count`) || 0), Number(number) + 1)));
  }
}

const bridge = new Bridge(portal, window.parent, { timeout: TIMEOUT_MS });
const setter = name === "API" ? "LMSSetValue" : "SetValue";

window[name] = new Proxy(bridge, {
  get(_target, property) {
    const value = bridge[property];
    if (property !== setter) return value;
    return (key, ...rest) => {
      bridge.noteCount(String(key));
      return value(key, ...rest);
    };
  },
});

function open() {
  const frame = document.createElement("iframe");
  frame.title = document.title;
  frame.allow = "autoplay; fullscreen";
  frame.src = href;
  Object.assign(document.body.style, { margin: "0", overflow: "hidden" });
  Object.assign(frame.style, { border: "0", width: "100vw", height: "100vh", display: "block" });
  document.body.append(frame);
}

bridge.fill().then(open, open);
