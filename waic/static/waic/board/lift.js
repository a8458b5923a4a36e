/* A lifted block, by mouse, finger or keyboard: where it would go, said in words, and what that would cause. */
(() => {
  "use strict";
  const { make, word } = board;
  const WAIT = 250; // milliseconds a place must rest before the server is asked
  board.lifted = null;

  const clamp = (value, least, most) => Math.max(least, Math.min(most, value));

  board.lift = (item, place) => {
    const ghost = make("div", { class: `board-ghost kind-${item.kind % 10}`, "aria-hidden": "true" },
      make("b", { text: item.title }), make("span"));
    // Beside the grid, not in it: a guest of the grid would have all of it laid out again.
    board.at("sheet").append(ghost);
    board.lifted = { item, place: { ...place }, began: { ...place }, ghost, measures: board.measure(), timer: 0, asked: 0 };
    sourceOf(item)?.classList.add("is-lifted");
    draw();
    board.say(word("lifted", { title: item.title, place: board.place(place) }));
  };

  const sourceOf = (item) => document.querySelector(item.id ? `.board-block[data-part="${item.id}"]` : `[data-forum="${item.forum}"]`);

  /* The nearest place to a wanted one that is on the board; its length stays unless `resizing`. */
  const within = (place, resizing) => {
    const { from, to } = board.day;
    if (resizing) return { ...place, to: clamp(place.to, place.from + 5, to) };
    const length = place.to - place.from, first = clamp(place.from, from, to - length);
    return { ...place, from: first, to: first + length };
  };

  board.carry = (wanted, resizing = false) => {
    const { lifted } = board, place = within({ ...lifted.place, ...wanted }, resizing);
    if (board.samePlace(place, lifted.place)) return;
    lifted.place = place;
    draw();
    lookAhead();
  };

  const draw = () => {
    const { ghost, place, measures } = board.lifted;
    const column = measures.columns[board.rooms.indexOf(board.roomOf(place.room))];
    const top = measures.top + (place.from - board.day.from) * measures.pixels;
    ghost.style.transform = `translate(${column.left}px, ${top}px)`;
    ghost.style.inlineSize = `${column.width}px`;
    ghost.style.blockSize = `${(place.to - place.from) * measures.pixels}px`;
    ghost.lastChild.textContent = board.place(place);
  };

  /* Ask what the place would cause once it rests; answers about places left behind are dropped. */
  const lookAhead = () => {
    const { lifted } = board;
    clearTimeout(lifted.timer);
    const number = ++lifted.asked;
    lifted.ghost.classList.remove("is-refused", "is-caused");
    board.say(board.place(lifted.place));
    lifted.timer = setTimeout(async () => {
      if (board.samePlace(lifted.place, lifted.began)) return;
      const answer = await board.askOutlook(lifted.item, lifted.place);
      if (board.lifted === lifted && lifted.asked === number) tell(lifted, answer);
    }, WAIT);
  };

  const tell = (lifted, { ok, data }) => {
    board.at("said").hidden = false;
    const outlook = ok ? data : { refused: data.errors, caused: [], mended: [] };
    lifted.ghost.classList.toggle("is-refused", outlook.refused.length > 0);
    lifted.ghost.classList.toggle("is-caused", outlook.caused.length > 0);
    board.at("said").replaceChildren(make("p", { text: board.place(lifted.place) }), ...board.outlookNodes(outlook));
  };

  const end = () => {
    const { lifted } = board;
    clearTimeout(lifted.timer);
    lifted.ghost.remove();
    sourceOf(lifted.item)?.classList.remove("is-lifted");
    board.lifted = null;
    return lifted;
  };

  board.putBack = () => {
    const { item, began } = end();
    board.say(word("put_back", { title: item.title, place: item.id ? board.place(began) : word("no_room") }));
    if (board.late) board.refresh();
  };

  board.drop = async () => {
    const { item, place, began } = end();
    if (item.id && board.samePlace(place, began)) board.say(word("put_back", { title: item.title, place: board.place(began) }));
    else await board.save(item, place);
    if (board.late) board.refresh();
    sourceOf(item)?.focus({ preventScroll: true });
  };
})();
