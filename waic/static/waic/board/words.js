/* The schedule board: data of the page, sentences in the reader's language, times in words, small DOM helpers. */
window.board = (() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const settings = read("board-settings");
  const board = { settings, day: read("board-day"), parts: new Map(), waiting: new Map(), rooms: [] };

  /* A sentence with what stands in {braces} filled in. */
  board.word = (key, values = {}) =>
    settings.words[key].replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

  const two = (number) => String(number).padStart(2, "0");
  board.clock = (minutes) => `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
  board.minutes = (text) => {
    const [hours, minutes] = text.split(":").map(Number);
    return hours * 60 + minutes;
  };
  board.roomName = (id) => board.roomOf(id).full;
  board.roomOf = (id) => board.rooms.find((room) => room.id === id) ?? board.rooms.at(-1);
  /* Where something is; the day is named when it is not the one that is shown. */
  board.place = (place) => {
    const elsewhere = place.day && place.day !== board.day.day;
    const day = elsewhere ? board.day.days.find((day) => day.date === place.day).name : "";
    return board.word(elsewhere ? "place_on" : "place", { day, from: board.clock(place.from), to: board.clock(place.to), room: board.roomName(place.room) });
  };
  board.samePlace = (one, other) => one.room === other.room && one.from === other.from && one.to === other.to;
  board.kind = (item) => board.day.kinds[item.kind];

  /* make("p", {class: "x", text: "y"}, child, …): text never becomes markup. */
  board.make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "text") node.textContent = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children.filter(Boolean));
    return node;
  };
  board.at = (id) => document.getElementById(`board-${id}`);

  /* What happened, for the eye and for the ear; `act` adds a button. */
  board.say = (sentence, act) => {
    const said = board.at("said");
    said.replaceChildren(board.make("span", { text: sentence }));
    if (act) said.append(board.make("button", { type: "button", class: "desk-button", text: act.word, onclick: act.run }));
    said.hidden = false;
    clearTimeout(board.saying);
    // What one can read at leisure elsewhere makes way; what is lifted keeps its words.
    board.saying = setTimeout(() => { said.hidden = !board.lifted; }, 15000);
  };

  /* Make a day's document the one that is shown. */
  board.take = (day) => {
    board.day = day;
    board.parts = new Map(day.parts.map((part) => [part.id, part]));
    board.waiting = new Map(day.waiting.map((forum) => [forum.forum, forum]));
    const none = { id: null, name: board.word("no_room"), full: board.word("no_room"), several: true, open: null };
    board.rooms = [...day.halls.flatMap((hall) => hall.rooms), none];
  };
  board.sentences = (part) => part.marks.map((number) => day_findings(number));
  const day_findings = (number) => board.day.findings[number];
  return board;
})();
