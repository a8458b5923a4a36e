/* What others move: a look at the revision every two seconds, and the day again when it is another one. */
(() => {
  "use strict";
  const { word } = board;
  const EVERY = 2000;

  board.show = (day) => {
    board.take(day);
    board.drawGrid();
    board.drawList();
    board.drawWaiting();
    board.redrawDetails();
    document.querySelectorAll("[data-day]").forEach((link) => {
      if (link.dataset.day === day.day) link.setAttribute("aria-current", "date");
      else link.removeAttribute("aria-current");
      const there = day.days.find((other) => other.date === link.dataset.day);
      if (there) link.querySelector("small").textContent = there.count;
    });
  };

  /* Sentences about what is elsewhere than it was. */
  const changes = (before, now) => {
    if (before.day !== now.day) return [];
    const olds = new Map(before.parts.map((part) => [part.id, part])), said = [];
    for (const part of now.parts) {
      const old = olds.get(part.id), name = now.recent[part.forum] ?? word("somebody");
      olds.delete(part.id);
      if (!old) said.push(word("other_added", { name, title: part.title, place: board.place(part) }));
      else if (!board.samePlace(old, part)) said.push(word("other_moved", { name, title: part.title, place: board.place(part) }));
    }
    for (const gone of olds.values()) said.push(word("other_removed", { title: gone.title }));
    return said;
  };

  const flash = (before) => {
    const olds = new Map(before.parts.map((part) => [part.id, part]));
    for (const part of board.day.parts) {
      const old = olds.get(part.id);
      if (old && board.samePlace(old, part)) continue;
      board.at("canvas").querySelector(`[data-part="${part.id}"]`)?.classList.add("is-news");
    }
  };

  /* Fetch the day and show it; while something is lifted, later. */
  board.refresh = async ({ day = board.day.day, quietly = false } = {}) => {
    if (board.lifted) { board.late = true; return; }
    board.late = false;
    const answer = await board.askDay(day);
    if (!answer.ok) { board.say(answer.data.errors.join(" ")); return; }
    if (board.lifted) { board.late = true; return; }
    const before = board.day;
    board.show(answer.data);
    if (before.day !== board.day.day) return;
    flash(before);
    const said = changes(before, board.day);
    if (said.length && !quietly) board.say(said.slice(0, 3).join(" "));
  };

  const look = async () => {
    if (!document.hidden) {
      const answer = await board.askRevision();
      const live = board.at("live");
      live.textContent = answer.ok ? word("live") : answer.status === 401 ? word("sign_in") : word("offline");
      live.classList.toggle("is-off", !answer.ok);
      if (answer.ok && answer.data.revision !== board.day.revision) await board.refresh();
    }
    setTimeout(look, EVERY);
  };

  board.startLive = () => {
    setTimeout(look, EVERY);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) board.refresh(); });
  };
})();
