// The place one is at stands in sight, also in a navigation longer than the screen: at the side, and in the sheet once it opens.
function showPlace(root) {
  for (const place of root.querySelectorAll('.nav-scope [aria-current="page"]')) {
    const scroller = place.closest(".overflow-y-auto, dialog");
    if (!scroller || !place.offsetParent) continue;
    const down = place.getBoundingClientRect().bottom - scroller.getBoundingClientRect().bottom;
    if (down > 0) scroller.scrollTop += down + scroller.clientHeight / 3;
  }
}

showPlace(document);
document.getElementById("nav-sheet")?.addEventListener("toggle", () => showPlace(document));
