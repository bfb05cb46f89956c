// <upload-progress><form enctype="multipart/form-data">…[data-progress]…</form></upload-progress>: shows how far a large upload is.
// Small forms, and all of them without script, are sent as always. The server answers with HX-Redirect, or with the page and its errors.
const LARGE_BYTES = 1024 * 1024;

class UploadProgress extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      const form = event.target;
      const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
      const size = files.reduce((sum, file) => sum + file.size, 0);
      if (size < LARGE_BYTES || event.submitter?.value === "preview") return;
      event.preventDefault();
      this.send(form, event.submitter);
    });
  }

  send(form, button) {
    const box = form.querySelector("[data-progress]");
    const bar = box.querySelector("progress");
    const said = box.querySelector("[data-said]");
    const request = new XMLHttpRequest();
    box.hidden = false;
    button.disabled = true;
    request.open("POST", form.action || location.href);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const percent = Math.floor((100 * loaded) / total);
      bar.value = percent;
      box.querySelector("[data-percent]").textContent = `${percent} %`;
      if (percent === 100) said.textContent = said.dataset.checking;
    });
    const again = () => {
      box.hidden = true;
      button.disabled = false;
    };
    request.addEventListener("error", () => {
      again();
      document.dispatchEvent(new CustomEvent("htmx:sendError", { detail: { elt: this } }));
    });
    request.addEventListener("load", () => {
      const next = request.getResponseHeader("HX-Redirect");
      if (next) return location.assign(next);
      const main = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
      if (!main) return location.assign(request.responseURL);
      document.querySelector("main").replaceWith(main);
      window.htmx?.process(main);
      main.querySelector("[aria-invalid=true]")?.focus();
      scrollTo(0, 0);
    });
    const data = new FormData(form, button);
    request.send(data);
  }
}

customElements.define("upload-progress", UploadProgress);
