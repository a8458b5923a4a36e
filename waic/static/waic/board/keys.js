/* The keyboard: arrows walk between blocks; Enter lifts one, arrows carry it, Shift+arrows change its end, Enter drops, Escape puts it back. */
(() => {
  "use strict";
  const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  const carry = ([columns, rows], shift) => {
    const { place } = board.lifted;
    if (shift) return board.carry({ to: place.to + 5 * rows }, true);
    const now = board.rooms.indexOf(board.roomOf(place.room));
    const next = board.rooms[Math.max(0, Math.min(board.rooms.length - 1, now + columns))];
    return board.carry({ room: next.id, from: place.from + 5 * rows, to: place.to + 5 * rows });
  };

  const centre = (node) => {
    const box = node.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };

  /* The nearest block in a direction takes the focus. */
  const walk = (block, [dx, dy]) => {
    const [x, y] = centre(block);
    let best = null, least = Infinity;
    for (const other of board.at("canvas").querySelectorAll(".board-block")) {
      const [ox, oy] = centre(other), along = (ox - x) * dx + (oy - y) * dy;
      const across = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      if (other !== block && along > 1 && along + 3 * across < least) { best = other; least = along + 3 * across; }
    }
    if (best) board.focusBlock(best);
  };

  board.focusBlock = (block) => {
    board.at("canvas").querySelectorAll(".board-block[tabindex='0']").forEach((other) => other.setAttribute("tabindex", -1));
    block.setAttribute("tabindex", 0);
    block.focus();
  };

  const whileLifted = (event) => {
    const arrow = ARROWS[event.key];
    if (arrow) carry(arrow, event.shiftKey);
    else if (event.key === "Enter") board.drop();
    else if (event.key === "Escape") { board.cancelPointer(); if (board.lifted) board.putBack(); }
    else if (event.key !== "Tab" && event.key !== " ") return;
    event.preventDefault();
    if (arrow) board.lifted.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const liftFocused = (event) => {
    const { part, forum } = event.target.dataset;
    const item = part ? board.parts.get(Number(part)) : board.waiting.get(Number(forum));
    if (!item) return;
    event.preventDefault();
    const first = Math.max(board.day.from, 9 * 60);
    board.lift(item, item.id ? { room: item.room, from: item.from, to: item.to } : { room: board.rooms[0].id, from: first, to: first + 120 });
    board.lifted.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  board.startKeys = () => document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (board.lifted) return whileLifted(event);
    const onBoard = event.target.closest?.(".board-block, .board-waiting__forum");
    if (!onBoard) return;
    if (event.key === "Enter" && board.settings.may_move) liftFocused(event);
    else if (ARROWS[event.key] && onBoard.classList.contains("board-block")) {
      event.preventDefault();
      walk(onBoard, ARROWS[event.key]);
    }
  });
})();
