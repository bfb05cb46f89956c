// <picture-png data-name="…"><a data-svg href="…">…</a><button data-png hidden>…</button></picture-png>: the picture behind the
// link, drawn by the browser as PNG in twice its size. Without script the link is there alone.
const TIMES = 2;

class PicturePng extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("[data-png]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await this.save();
      } finally {
        button.disabled = false;
      }
    });
  }

  async save() {
    const answer = await fetch(this.querySelector("[data-svg]").href);
    if (!answer.ok || !answer.headers.get("Content-Type").startsWith("image/svg")) return;
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await answer.text())}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * TIMES;
    canvas.height = image.naturalHeight * TIMES;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.download = `${this.dataset.name}.png`;
    link.href = canvas.toDataURL("image/png");
    link.click();
  }
}

customElements.define("picture-png", PicturePng);
