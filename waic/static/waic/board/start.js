/* Puts the board in place of the plain list and listens. */
(() => {
  "use strict";
  const zooms = ["overview", "normal", "detail"];

  const zoom = (wanted) => {
    board.zoom = zooms.includes(wanted) ? wanted : "normal";
    board.at("canvas").dataset.zoom = board.zoom;
    document.querySelectorAll("[data-zoom-to]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.zoomTo === board.zoom));
    try { localStorage.setItem("board-zoom", board.zoom); } catch { /* a browser that keeps nothing */ }
    board.drawGrid();
  };
  const keptZoom = () => { try { return localStorage.getItem("board-zoom"); } catch { return null; } };

  const switchDay = async (event) => {
    const link = event.target.closest("[data-day]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (board.lifted) board.putBack();
    await board.refresh({ day: link.dataset.day });
    history.replaceState(null, "", link.href);
  };

  board.take(board.day);
  document.querySelector(".board-page").classList.add("is-live");
  board.at("canvas").addEventListener("click", (event) => {
    const block = event.target.closest(".board-block");
    if (block && !board.lifted) { board.focusBlock(block); board.open(board.parts.get(Number(block.dataset.part))); }
  });
  board.at("search").addEventListener("input", board.drawWaiting);
  board.at("shut").addEventListener("click", board.shut);
  board.at("details").addEventListener("keydown", (event) => { if (event.key === "Escape") board.shut(); });
  board.at("days").addEventListener("click", switchDay);
  document.querySelectorAll("[data-zoom-to]").forEach((button) => button.addEventListener("click", () => zoom(button.dataset.zoomTo)));
  zoom(keptZoom());
  board.show(board.day);
  board.startPointer();
  board.startKeys();
  board.startLive();
})();
