/* Beside the grid: forums without a place, and the details of one with its move form. On a phone: the day as a list. */
(() => {
  "use strict";
  const { make, word } = board;

  // --- Forums without a place ---------------------------------------------------------------------

  board.drawWaiting = () => {
    const list = board.at("waiting"), wanted = board.at("search").value.trim().toLowerCase();
    const found = board.day.waiting.filter((forum) => `${forum.title} ${forum.code} ${board.kind(forum).name}`.toLowerCase().includes(wanted));
    list.replaceChildren(...found.map(waitingItem));
    board.at("waiting-count").textContent = board.day.waiting.length;
    board.at("waiting-empty").hidden = found.length > 0;
    board.at("waiting-empty").textContent = word(board.day.waiting.length ? "nothing_matches" : board.day.days.some((day) => day.count) ? "all_placed" : "no_forums");
  };

  const waitingItem = (forum) => make("li", {}, make("button", {
    type: "button", class: `board-waiting__forum kind-${forum.kind % 10}`, "data-forum": forum.forum, "aria-describedby": "board-help",
    "aria-label": word("waiting_block", { title: forum.title, kind: board.kind(forum).name }), onclick: () => board.open(forum),
  }, make("span", { text: forum.title }), make("small", { text: [board.kind(forum).name, forum.wish].filter(Boolean).join(" · ") })));

  // --- The day as a list --------------------------------------------------------------------------

  board.drawList = () => {
    const rows = [...board.day.parts].sort((a, b) => a.from - b.from).map((part) => make("li", { class: `board-row kind-${part.kind % 10}` },
      make("button", { type: "button", "data-row": part.id, onclick: () => board.open(part) },
        make("span", { class: "board-row__time", text: `${board.clock(part.from)}–${board.clock(part.to)}` }),
        make("span", { class: "board-row__title", text: part.title }),
        make("span", { class: "board-row__room", text: board.roomName(part.room) }), board.mark(part))));
    board.at("rows").replaceChildren(...(rows.length ? rows : [make("li", { class: "board-none", text: word("empty_day") })]));
  };

  // --- Details and the move form ------------------------------------------------------------------

  const field = (key, control) => make("label", { class: "board-field" }, make("span", { text: word(key) }), control);

  const roomChoice = (chosen) => {
    const choice = make("select", { name: "room" });
    for (const hall of board.day.halls)
      choice.append(make("optgroup", { label: hall.name }, ...hall.rooms.map((room) => make("option", { value: room.id, text: room.name, selected: room.id === chosen }))));
    choice.append(make("option", { value: "", text: word("no_room"), selected: chosen === null }));
    return choice;
  };
  const dayChoice = () => make("select", { name: "day" }, ...board.day.days.map((day) =>
    make("option", { value: day.date, text: `${day.name} ${day.weekday}`, selected: day.date === board.day.day })));
  const timeInput = (name, minutes) => make("input", { type: "time", name, step: 300, required: true, value: board.clock(minutes) });

  const moveForm = (item) => {
    const start = item.id ? item : { room: board.rooms[0].id, from: 540, to: 660 };
    const form = make("form", { class: "board-form" }, field("day", dayChoice()), field("room", roomChoice(start.room)),
      field("from", timeInput("from", start.from)), field("to", timeInput("to", start.to)),
      make("button", { class: "desk-button is-primary", text: word("save") }));
    form.addEventListener("submit", (event) => { event.preventDefault(); submit(item, form.elements); });
    return form;
  };

  /* What ends before it begins goes on past midnight, unless it would take more than half a day: then it is a slip, and refused. */
  const endOf = (first, last) => (last < first && last + 1440 - first <= 720 ? last + 1440 : last);

  const submit = async (item, { day, room, from, to }) => {
    const first = board.minutes(from.value), last = board.minutes(to.value);
    const place = { day: day.value, room: room.value ? Number(room.value) : null, from: first, to: endOf(first, last) };
    if (await board.save(item, place)) board.shut();
  };

  const section = (key, ...children) => [make("h3", { text: word(key) }), ...children];
  const findings = (part) => part.marks?.length
    ? section("to_look_at", make("ul", { class: "board-findings" }, ...board.sentences(part).map((finding) =>
      make("li", { class: finding.stops ? "is-stop" : "", text: finding.sentence })))) : [];
  const agenda = (part) => !part.id ? [] : section("agenda", part.agenda.length
    ? make("ol", { class: "board-agenda" }, ...part.agenda.map(([from, to, title]) => make("li", {}, make("b", { text: `${board.clock(from)}–${board.clock(to)}` }), ` ${title}`)))
    : make("p", { text: word("no_agenda") }));

  const draw = (item) => {
    const where = item.id ? board.place(item) : "";
    const { may_move: mayMove, may_take_off: mayTakeOff } = board.settings;
    board.at("details-body").replaceChildren(
      make("h2", { id: "board-details-title", class: `kind-${item.kind % 10}`, text: item.title }),
      make("p", { text: [board.kind(item).name, item.state, where].filter(Boolean).join(" · ") }),
      ...findings(item), ...(mayMove ? section("move", moveForm(item)) : []), ...agenda(item),
      make("p", { class: "board-links" }, make("a", { href: board.day.page.replace("/0/", `/${item.forum}/`), text: word("open") }),
        mayTakeOff && item.id && !item.published && make("button", { type: "button", class: "desk-button", text: word("take_off"), onclick: () => { board.shut(); board.takeOff(item); } })));
  };

  board.open = (item) => {
    board.current = item.id ?? null;
    board.shown = item;
    draw(item);
    board.at("details").hidden = false;
    board.at("details").focus();
  };
  board.shut = () => {
    const source = document.querySelector(board.shown?.id ? `.board-block[data-part="${board.shown.id}"]` : `[data-forum="${board.shown?.forum}"]`);
    board.at("details").hidden = true;
    board.shown = null;
    source?.focus({ preventScroll: true });
  };
  /* After others changed the day: what is open shows the new state, unless somebody is typing in it. */
  board.redrawDetails = () => {
    if (!board.shown || board.at("details").contains(document.activeElement)) return;
    const now = board.shown.id ? board.parts.get(board.shown.id) : board.waiting.get(board.shown.forum);
    if (now) { board.shown = now; draw(now); }
    else board.shut();
  };
})();
