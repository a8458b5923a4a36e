/* The photo above its sliders: drag to move, wheel or slider to come nearer. The server cuts; this only shows. */
document.addEventListener("DOMContentLoaded", () => {
  for (const crop of document.querySelectorAll(".crop")) {
    const file = document.querySelector(`input[type=file][name="${crop.dataset.photo}"]`);
    const view = crop.querySelector("canvas"), [across, down, near] = crop.querySelectorAll("input[type=range]");
    if (!file || !near) continue;
    const photo = new Image(), pen = view.getContext("2d");
    const side = () => Math.min(photo.naturalWidth, photo.naturalHeight) * 100 / Number(near.value);
    const start = (length, percent) => Math.min(Math.max(length * percent / 100 - side() / 2, 0), length - side());
    const draw = () => {
      if (!photo.naturalWidth) return;
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, view.width, view.height);
      pen.drawImage(photo, start(photo.naturalWidth, across.value), start(photo.naturalHeight, down.value), side(), side(), 0, 0, view.width, view.height);
    };
    photo.addEventListener("load", () => { view.hidden = false; draw(); });
    photo.addEventListener("error", () => { view.hidden = true; });
    file.addEventListener("change", () => {
      if (!file.files[0]) { view.hidden = true; return; }
      const reader = new FileReader();
      reader.addEventListener("load", () => { photo.src = reader.result; });
      reader.readAsDataURL(file.files[0]);
    });
    crop.addEventListener("input", draw);
    const move = (slider, by, length) => {
      // Beyond the edge nothing moves, so that the way back begins at once.
      const half = side() / 2 / length * 100;
      slider.value = Math.min(100 - half, Math.max(half, Number(slider.value))) - by / view.clientWidth * side() / length * 100;
    };
    let at = null;
    view.addEventListener("pointerdown", (event) => { at = event; view.setPointerCapture(event.pointerId); });
    view.addEventListener("pointermove", (event) => {
      if (!at) return;
      move(across, event.clientX - at.clientX, photo.naturalWidth);
      move(down, event.clientY - at.clientY, photo.naturalHeight);
      at = event;
      draw();
    });
    for (const end of ["pointerup", "pointercancel"]) view.addEventListener(end, () => { at = null; });
    view.addEventListener("wheel", (event) => {
      event.preventDefault();
      near.value = Number(near.value) - Math.sign(event.deltaY) * 10;
      draw();
    }, { passive: false });
  }
});
