/* Dragging with mouse, pen or finger: a block to another place, its lower edge to another end, a waiting forum onto the board. */
(() => {
  "use strict";
  const FAR = 5; // pixels before a press becomes a drag
  const LONG = 300; // milliseconds a finger rests before it lifts instead of scrolling
  const EDGE = 40; // pixels from the border in which the board scrolls along
  const LENGTH = 120; // minutes a forum gets that had no place
  const snap = (minutes) => Math.round(minutes / 5) * 5;
  let press = null, dropped = false;

  const itemOf = (target) => {
    const block = target.closest(".board-block");
    if (block) return { node: block, item: board.parts.get(Number(block.dataset.part)) };
    const waiting = target.closest("[data-forum]");
    return waiting && { node: waiting, item: board.waiting.get(Number(waiting.dataset.forum)) };
  };

  const begin = (event) => {
    if (!board.settings.may_move || board.lifted || !event.isPrimary || event.button !== 0) return;
    const found = itemOf(event.target);
    if (!found?.item) return;
    press = { ...found, x: event.clientX, y: event.clientY, nowX: event.clientX, nowY: event.clientY, id: event.pointerId,
      resizing: event.target.classList.contains("board-block__edge"), touch: event.pointerType === "touch" };
    if (press.touch) press.timer = setTimeout(liftNow, LONG);
  };

  const liftNow = () => {
    const { item, node, resizing } = press;
    const first = Math.max(board.day.from, 9 * 60);
    const place = item.id ? { room: item.room, from: item.from, to: item.to }
      : { room: board.rooms[0].id, from: first, to: first + LENGTH };
    board.lift(item, place);
    press.shield = board.make("div", { class: `board-shield${resizing ? " is-resizing" : ""}` });
    board.at("sheet").append(press.shield);
    // A block keeps the point it was gripped at; a waiting forum hangs by its upper edge.
    const box = node.getBoundingClientRect();
    press.grip = item.id ? (press.y - box.top) / board.lifted.measures.pixels : 10;
    press.lifted = true;
    press.frame = requestAnimationFrame(step);
  };

  /* Once a frame: scroll along at the border, carry to where the pointer is. */
  const step = () => {
    if (!press?.lifted) return;
    const scroller = board.at("scroll"), box = scroller.getBoundingClientRect();
    const pull = (value, low, high) => (value < low + EDGE ? -12 : value > high - EDGE ? 12 : 0);
    const dx = press.resizing ? 0 : pull(press.nowX, box.left, box.right), dy = pull(press.nowY, box.top, box.bottom);
    const inside = press.nowX > box.left && press.nowX < box.right;
    if (inside && (dx || dy)) scroller.scrollBy(dx, dy);
    if (press.moved || dx || dy) carry();
    press.moved = false;
    press.frame = requestAnimationFrame(step);
  };

  const carry = () => {
    const canvas = board.at("canvas").getBoundingClientRect(), { measures, place } = board.lifted;
    const minute = (press.nowY - canvas.top - measures.top) / measures.pixels + board.day.from;
    if (press.resizing) return board.carry({ to: snap(minute) }, true);
    const x = press.nowX - canvas.left;
    const at = measures.columns.findIndex((column) => x >= column.left && x < column.left + column.width);
    const from = snap(minute - press.grip);
    return board.carry({ room: at < 0 ? place.room : board.rooms[at].id, from, to: from + place.to - place.from });
  };

  const move = (event) => {
    if (!press || event.pointerId !== press.id) return;
    Object.assign(press, { nowX: event.clientX, nowY: event.clientY, moved: true });
    const far = Math.hypot(press.nowX - press.x, press.nowY - press.y) > FAR;
    if (!press.lifted && far) {
      if (press.touch) letGo();
      else liftNow();
    }
  };

  const letGo = () => {
    clearTimeout(press?.timer);
    cancelAnimationFrame(press?.frame);
    press?.shield?.remove();
    press = null;
  };

  const end = (event) => {
    if (!press || event.pointerId !== press.id) return;
    const { lifted } = press;
    if (lifted) carry();
    const box = board.at("scroll").getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    letGo();
    if (!lifted) return;
    dropped = true;
    setTimeout(() => { dropped = false; }, 0);
    if (outside) board.putBack();
    else board.drop();
  };

  const cancel = () => {
    const wasLifted = press?.lifted;
    letGo();
    if (wasLifted && board.lifted) board.putBack();
  };
  board.cancelPointer = cancel;

  board.startPointer = () => {
    document.addEventListener("pointerdown", begin);
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", cancel);
    // The click that follows a drag opens nothing.
    document.addEventListener("click", (event) => { if (dropped) { event.stopPropagation(); event.preventDefault(); } }, true);
    document.addEventListener("touchmove", (event) => { if (press?.lifted) event.preventDefault(); }, { passive: false });
    document.addEventListener("contextmenu", (event) => { if (press?.touch) event.preventDefault(); });
  };
})();
