// The script of every page. Whatever only some pages need is a dynamic import, loaded when its element appears.
import "./requests.js";
import "./dialogs.js";
import "./navigation.js";
import "./theme.js";
import "./toasts.js";
import "./elements/auto-submit.js";
import "./elements/bulk-select.js";
import "./elements/confirm-dialog.js";
import "./elements/copy-button.js";
import "./elements/field-picker.js";
import "./elements/print-button.js";
import "./elements/search-palette.js";

const LAZY = {
  "assess-form": () => import("./elements/assess-form.js"),
  "canvas[data-chart]": () => import("./charts.js"),
  "matrix-marks": () => import("./elements/matrix-marks.js"),
  "mention-field": () => import("./elements/mention-field.js"),
  "package-player": () => import("./elements/package-player.js"),
  "picture-png": () => import("./elements/picture-png.js"),
  "record-limits": () => import("./elements/record-limits.js"),
  "region-tree": () => import("./elements/region-tree.js"),
  "quiz-clock": () => import("./elements/quiz-clock.js"),
  "rule-editor": () => import("./elements/rule-editor.js"),
  "sortable-list": () => import("./elements/sortable-list.js"),
  "survey-form": () => import("./elements/survey-form.js"),
  "type-ahead": () => import("./elements/type-ahead.js"),
  "work-list": () => import("./elements/work-list.js"),
  "upload-progress": () => import("./elements/upload-progress.js"),
};

function loadWhatIsNeeded(root) {
  for (const [selector, load] of Object.entries(LAZY)) {
    if (root.matches?.(selector) || root.querySelector?.(selector)) {
      load().then((module) => module.boot?.(root));
    }
  }
}

document.addEventListener("htmx:load", (event) => loadWhatIsNeeded(event.detail.elt));
loadWhatIsNeeded(document);

// The soft change between two pages may be given up, when the next one comes too soon or too late: that is no failure.
for (const name of ["pageswap", "pagereveal"]) {
  addEventListener(name, ({ viewTransition }) => {
    for (const stage of ["ready", "finished"]) viewTransition?.[stage].catch(() => {});
  });
}
