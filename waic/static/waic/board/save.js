/* Saving a move: at once when it causes nothing, after a yes when it does; the last one can be undone. */
(() => {
  "use strict";
  const { make, word } = board;

  const list = (key, sentences) => sentences.length
    ? [make("p", { class: "board-list-head", text: word(key) }), make("ul", { class: `is-${key}` }, ...sentences.map((text) => make("li", { text })))]
    : [];
  board.outlookNodes = (outlook) => {
    const nodes = [...list("refused", outlook.refused), ...list("caused", outlook.caused), ...list("mended", outlook.mended)];
    return nodes.length ? nodes : [make("p", { text: word("fine") })];
  };

  /* True when the person wants the move with all it causes. */
  const confirmed = (item, place, outlook) => new Promise((done) => {
    const dialog = board.at("confirm");
    board.at("confirm-title").textContent = word("ask", { title: item.title, place: board.place(place) });
    board.at("confirm-body").replaceChildren(...board.outlookNodes(outlook));
    dialog.returnValue = "";
    dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });

  const refuse = (errors) => {
    const said = word("not_saved", { reason: errors.join(" ") });
    board.say(said);
    return said;
  };

  /* Move an item (a part, or a forum without a place) to {room, day, from, to}; true when it is saved. */
  board.save = async (item, wanted, done = "moved") => {
    // What was moved by an undo knows its day; all else is on the day that is shown.
    const before = { day: board.day.day, ...item }, place = { day: before.day, ...wanted };
    let answer = await board.askMove(item, place, "");
    while (answer.status === 409 && answer.data.outlook) {
      if (!(await confirmed(item, place, answer.data.outlook))) {
        board.say(word("put_back", { title: item.title, place: item.id ? board.place(before) : word("no_room") }));
        return false;
      }
      answer = await board.askMove(item, place, answer.data.outlook.digest);
    }
    if (!answer.ok) {
      refuse(answer.data.errors);
      if ([404, 409].includes(answer.status)) await board.refresh({ quietly: true });
      return false;
    }
    board.show(answer.data.board);
    const moved = { ...item, ...place, id: answer.data.part, version: answer.data.version };
    board.say(word(item.id ? done : "placed", { title: item.title, place: board.place(place) }), undoOf(before, moved));
    return true;
  };

  /* The button that takes back what was just done, whatever day is shown by then. */
  const undoOf = (before, moved) => {
    if (!before.id && (moved.published || !board.settings.may_take_off)) return null;
    const place = { day: before.day, room: before.room, from: before.from, to: before.to };
    const run = () => {
      // Others may have raised its version since; what they did is refused, not undone.
      if (before.id) board.save(moved, place, "undone");
      else board.takeOff(moved);
    };
    return { word: word("undo"), run };
  };

  board.takeOff = async (part) => {
    const answer = await board.askTakeOff(part);
    if (!answer.ok) {
      refuse(answer.data.errors);
      if ([404, 409].includes(answer.status)) await board.refresh({ quietly: true });
      return;
    }
    board.show(answer.data.board);
    board.say(word("taken_off", { title: part.title }));
  };
})();
