"""Small packages of our own, in SCORM 1.2 and 2004: pages to turn, and questions at the end. Written by code."""

import html
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

#: Archives hold the second they were made in; these always the same.
MADE = (2026, 1, 5, 9, 0, 0)


@dataclass(frozen=True)
class Page:
    """A page: its heading and its paragraphs."""

    heading: str
    text: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question, its answers, and the number of the right one."""

    text: str
    answers: tuple[str, ...]
    right: int


@dataclass(frozen=True)
class Item:
    """What can be launched: pages, then questions. Without questions its last page completes it."""

    key: str
    title: str
    pages: tuple[Page, ...]
    questions: tuple[Question, ...] = ()
    pass_percent: int | None = None


def package(title: str, items: Sequence[Item], *, standard: str) -> bytes:
    """Return a package as its .zip."""
    files = {"imsmanifest.xml": _manifest(title, items, standard), "shared/look.css": LOOK, "shared/play.js": PLAY}
    for item in items:
        files[f"{item.key}/index.html"] = _page(item, standard)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=MADE), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _manifest(title: str, items: Sequence[Item], standard: str) -> str:
    is_old = standard == "scorm12"
    head = MANIFEST_12 if is_old else MANIFEST_2004
    kind = "scormtype" if is_old else "scormType"
    listed = "".join(
        f'<item identifier="{one.key}" identifierref="res-{one.key}"><title>{html.escape(one.title)}</title>'
        f"{_mastery(one, is_old)}</item>"
        for one in items
    )
    resources = "".join(
        f'<resource identifier="res-{one.key}" type="webcontent" adlcp:{kind}="sco" href="{one.key}/index.html">'
        f'<file href="{one.key}/index.html"/><file href="shared/look.css"/><file href="shared/play.js"/></resource>'
        for one in items
    )
    return (
        f'{head}<organizations default="org"><organization identifier="org"><title>{html.escape(title)}</title>'
        f"{listed}</organization></organizations><resources>{resources}</resources></manifest>"
    )


def _mastery(item: Item, is_old: bool) -> str:
    if item.pass_percent is None:
        return ""
    if is_old:
        return f"<adlcp:masteryscore>{item.pass_percent}</adlcp:masteryscore>"
    return (
        '<imsss:sequencing><imsss:objectives><imsss:primaryObjective objectiveID="passed" satisfiedByMeasure="true">'
        f"<imsss:minNormalizedMeasure>{item.pass_percent / 100}</imsss:minNormalizedMeasure>"
        "</imsss:primaryObjective></imsss:objectives></imsss:sequencing>"
    )


def _page(item: Item, standard: str) -> str:
    pages = "".join(
        f"<section><h1>{html.escape(page.heading)}</h1>{''.join(f'<p>{html.escape(one)}</p>' for one in page.text)}"
        "</section>"
        for page in item.pages
    )
    if item.questions:
        asked = "".join(_asked(number, one) for number, one in enumerate(item.questions))
        pages += f'<section><h1>Check yourself</h1><form id="check">{asked}<button>Hand in</button></form>'
        pages += '<p id="outcome" role="status"></p></section>'
    told = {
        "standard": standard,
        "right": [question.right for question in item.questions],
        "pass": item.pass_percent,
    }
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(item.title)}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="../shared/look.css"></head>'
        f'<body><main>{pages}</main><nav><button id="back">Back</button><span id="place"></span>'
        f'<button id="next">Next</button></nav><script>const TOLD = {json.dumps(told)};</script>'
        '<script src="../shared/play.js"></script></body></html>'
    )


def _asked(number: int, question: Question) -> str:
    answers = "".join(
        f'<label><input type="radio" name="q{number}" value="{place}" required> {html.escape(answer)}</label>'
        for place, answer in enumerate(question.answers)
    )
    return f"<fieldset><legend>{html.escape(question.text)}</legend>{answers}</fieldset>"


MANIFEST_12 = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest identifier="made" version="1.0"'
    ' xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">'
    "<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>"
)
MANIFEST_2004 = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest identifier="made" version="1.0"'
    ' xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"'
    ' xmlns:imsss="http://www.imsglobal.org/xsd/imsss">'
    "<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>"
)
LOOK = """
body { font: 17px/1.6 system-ui, sans-serif; color: #1d2433; background: #fff; margin: 0; }
main { max-width: 42rem; margin: 0 auto; padding: 2rem 1.5rem 6rem; }
section[hidden] { display: none; }
h1 { font-size: 1.6rem; line-height: 1.25; }
fieldset { border: 1px solid #c9d0dd; border-radius: 10px; margin: 0 0 1rem; padding: .75rem 1rem; }
legend { font-weight: 600; }
label { display: block; padding: .3rem 0; }
nav { position: fixed; inset: auto 0 0; display: flex; gap: 1rem; align-items: center; justify-content: center;
  padding: .75rem; background: #f3f5f9; border-top: 1px solid #dde2ec; }
button { font: inherit; padding: .45rem 1.2rem; border-radius: 8px; border: 1px solid #3a56c5; background: #3a56c5;
  color: #fff; cursor: pointer; }
button:disabled { opacity: .4; cursor: default; }
#outcome { font-weight: 600; }
"""
PLAY = """
// Looks for the API in the frames around, as the standards say; says where the reader is; marks the questions.
const OLD = TOLD.standard === "scorm12";
const WORDS = OLD
  ? { begin: "LMSInitialize", get: "LMSGetValue", set: "LMSSetValue", commit: "LMSCommit", end: "LMSFinish" }
  : { begin: "Initialize", get: "GetValue", set: "SetValue", commit: "Commit", end: "Terminate" };
let scope = window, api = null;
for (let step = 0; step < 10 && !api; step++) {
  api = scope[OLD ? "API" : "API_1484_11"] ?? null;
  if (scope.parent === scope) break;
  scope = scope.parent;
}
const say = (key, value) => api && api[WORDS.set](key, String(value));
const ask = (key) => (api ? api[WORDS.get](key) : "");
const commit = () => api && api[WORDS.commit]("");
const PLACE = OLD ? "cmi.core.lesson_location" : "cmi.location";
const pages = [...document.querySelectorAll("section")];
if (api) api[WORDS.begin]("");
let place = Math.min(Number(ask(PLACE)) || 0, pages.length - 1);
let isOver = false;

function status() { return ask(OLD ? "cmi.core.lesson_status" : "cmi.completion_status"); }
function begun() { if (!["completed", "passed", "failed"].includes(status())) say(OLD ? "cmi.core.lesson_status" : "cmi.completion_status", "incomplete"); }
function show() {
  pages.forEach((page, number) => (page.hidden = number !== place));
  document.getElementById("place").textContent = `${place + 1} / ${pages.length}`;
  document.getElementById("back").disabled = place === 0;
  document.getElementById("next").disabled = place === pages.length - 1;
  say(PLACE, place);
  if (place === pages.length - 1 && !TOLD.right.length) say(OLD ? "cmi.core.lesson_status" : "cmi.completion_status", "completed");
  commit();
}
document.getElementById("back").onclick = () => { place -= 1; show(); };
document.getElementById("next").onclick = () => { place += 1; show(); };

const check = document.getElementById("check");
if (check) {
  const kept = JSON.parse(ask("cmi.suspend_data") || "{}");
  for (const [name, value] of Object.entries(kept)) {
    const one = check.querySelector(`[name="${name}"][value="${value}"]`);
    if (one) one.checked = true;
  }
  check.onchange = () => { say("cmi.suspend_data", JSON.stringify(Object.fromEntries(new FormData(check)))); commit(); };
  check.onsubmit = (event) => {
    event.preventDefault();
    const given = new FormData(check);
    const right = TOLD.right.filter((answer, number) => given.get(`q${number}`) === String(answer)).length;
    const percent = Math.round((100 * right) / TOLD.right.length);
    const passed = percent >= (TOLD.pass ?? 0);
    if (OLD) {
      say("cmi.core.score.min", 0); say("cmi.core.score.max", 100); say("cmi.core.score.raw", percent);
      say("cmi.core.lesson_status", passed ? "passed" : "failed");
    } else {
      say("cmi.score.scaled", percent / 100);
      say("cmi.completion_status", "completed"); say("cmi.success_status", passed ? "passed" : "failed");
    }
    document.getElementById("outcome").textContent = `${percent} % right: ${passed ? "passed" : "not passed yet"}`;
    commit();
  };
}
begun();
show();
addEventListener("pagehide", () => { if (api && !isOver) { isOver = true; api[WORDS.end](""); } });
"""
