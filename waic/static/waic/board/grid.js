/* The board as a grid: a column per room grouped by hall, a row per five minutes, a block per part of a forum. */
(() => {
  "use strict";
  const { make, word } = board;
  const HEAD = 2; // rows above the first five minutes

  /* Row of the grid for a minute of the day. */
  const row = (minute) => Math.floor((minute - board.day.from) / 5) + HEAD + 1;
  const column = (room) => board.rooms.indexOf(board.roomOf(room)) + 2;

  /* Overlapping parts of one room stand beside each other: {part: [lane, lanes]}. */
  const lanesOf = (parts) => {
    const lanes = new Map();
    let group = [], ends = [], until = -1;
    const close = () => group.forEach((part) => lanes.set(part, [lanes.get(part)[0], ends.length]));
    for (const part of [...parts].sort((a, b) => a.from - b.from || a.id - b.id)) {
      if (part.from >= until) { close(); group = []; ends = []; }
      let lane = ends.findIndex((end) => end <= part.from);
      if (lane < 0) lane = ends.length;
      ends[lane] = part.to;
      until = Math.max(until, part.to);
      lanes.set(part, [lane, 1]);
      group.push(part);
    }
    close();
    return lanes;
  };

  const heads = () => {
    const nodes = [make("div", { class: "board-corner" })];
    let first = 2;
    const none = { name: "", rooms: [board.rooms.at(-1)] };
    for (const hall of [...board.day.halls, none]) {
      const head = make("div", { class: "board-hall", title: hall.name }, make("span", { text: hall.name }));
      head.style.gridColumn = `${first} / span ${hall.rooms.length}`;
      nodes.push(head);
      hall.rooms.forEach((room, n) => nodes.push(roomHead(room, first + n, n === 0)));
      first += hall.rooms.length;
    }
    return nodes;
  };

  const roomHead = (room, place, begins) => {
    const seats = room.seats ? make("small", { text: word("seats", { count: room.seats }) }) : null;
    const head = make("div", { class: `board-room${begins ? " is-first" : ""}`, title: room.full }, make("b", { text: room.name }), seats);
    head.style.gridColumn = place;
    return head;
  };

  const hours = () => {
    const nodes = [];
    for (let minute = board.day.from; minute < board.day.to; minute += 60) {
      const label = make("div", { class: "board-hour", text: board.clock(minute) });
      label.style.gridRow = `${row(minute)} / span 12`;
      const line = make("div", { class: "board-line" });
      line.style.gridRow = `${row(minute)} / span 12`;
      nodes.push(label, line);
    }
    return nodes;
  };

  /* When a room's venue is not open. */
  const closedTimes = () => board.rooms.flatMap((room) => {
    if (!room.open) return [];
    const nodes = [];
    let from = board.day.from;
    for (const [opens, closes] of [...room.open, [board.day.to, board.day.to]]) {
      if (opens > from) {
        const shade = make("div", { class: "board-closed", title: word("closed") });
        shade.style.gridArea = `${row(from)} / ${column(room.id)} / ${row(Math.min(opens, board.day.to))} / span 1`;
        nodes.push(shade);
      }
      from = Math.max(from, closes);
    }
    return nodes;
  });

  const findingsInWords = (part) => {
    if (!part.marks.length) return word("no_findings");
    return part.marks.length === 1 ? word("one_finding") : word("findings", { count: part.marks.length });
  };
  board.inWords = (part) => word("block", {
    title: part.title, kind: board.kind(part).name, from: board.clock(part.from), to: board.clock(part.to),
    room: board.roomName(part.room), findings: findingsInWords(part),
  });

  board.mark = (part) => {
    if (!part.marks.length) return null;
    const found = board.sentences(part);
    const stops = found.some((finding) => finding.stops);
    return make("span", {
      class: `board-mark${stops ? " is-stop" : ""}`, text: String(found.length), "aria-hidden": "true",
      title: found.map((finding) => finding.sentence).join("\n"),
    });
  };

  const agendaOf = (part) => make("ol", { class: "board-block__agenda" },
    ...part.agenda.map(([from, , title]) => make("li", {}, make("b", { text: board.clock(from) }), ` ${title}`)));

  const blockOf = (part, [lane, lanes]) => {
    const block = make("button", {
      type: "button", class: `board-block kind-${part.kind % 10}${part.published ? "" : " is-draft"}`, "data-part": part.id,
      "aria-label": board.inWords(part), "aria-describedby": "board-help", tabindex: -1,
    },
      make("span", { class: "board-block__title", text: part.title }),
      make("span", { class: "board-block__time", text: `${board.clock(part.from)}–${board.clock(part.to)} ${part.label || part.note}` }),
      board.mark(part));
    if (board.zoom === "detail" && part.agenda.length) block.append(agendaOf(part));
    if (board.settings.may_move) block.append(make("span", { class: "board-block__edge", "aria-hidden": "true" }));
    block.style.gridArea = `${row(part.from)} / ${column(part.room)} / ${Math.max(row(part.to), row(part.from) + 1)} / span 1`;
    block.style.setProperty("--lane", lane);
    block.style.setProperty("--lanes", lanes);
    return block;
  };

  const blocks = () => {
    const inColumn = new Map();
    for (const part of board.day.parts) {
      const place = column(part.room);
      inColumn.set(place, [...(inColumn.get(place) ?? []), part]);
    }
    const lanes = new Map([...inColumn.values()].flatMap((parts) => [...lanesOf(parts)]));
    return board.day.parts.map((part) => blockOf(part, lanes.get(part)));
  };

  board.drawGrid = () => {
    const canvas = board.at("canvas"), focused = document.activeElement?.dataset?.part;
    canvas.style.setProperty("--rooms", board.rooms.length);
    canvas.style.setProperty("--steps", (board.day.to - board.day.from) / 5);
    canvas.replaceChildren(...heads(), ...hours(), ...closedTimes(), ...blocks());
    const first = canvas.querySelector(`[data-part="${focused ?? board.current ?? ""}"]`) ?? canvas.querySelector("[data-part]");
    first?.setAttribute("tabindex", 0);
    if (focused) canvas.querySelector(`[data-part="${focused}"]`)?.focus({ preventScroll: true });
  };

  /* Where things are on the canvas, measured once per lift: {left of each column, top of the first row, pixels a minute}. */
  board.measure = () => {
    const canvas = board.at("canvas"), origin = canvas.getBoundingClientRect();
    const columns = [...canvas.querySelectorAll(".board-room")].map((head) => {
      const box = head.getBoundingClientRect();
      return { left: box.left - origin.left, width: box.width };
    });
    const line = canvas.querySelector(".board-line").getBoundingClientRect();
    return { columns, top: line.top - origin.top, pixels: line.height / 60 };
  };
})();
