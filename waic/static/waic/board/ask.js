/* What the board asks the server. Answers are {ok, status, data}; without one, `data.errors` says so. */
(() => {
  "use strict";
  const { word, settings } = board;
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

  const ask = async (name, { query = {}, body } = {}) => {
    const address = new URL(settings.addresses[name], location.href);
    address.search = new URLSearchParams({ year: settings.year, ...query });
    const options = { headers: { Accept: "application/json" }, cache: "no-cache", redirect: "manual" };
    if (body) Object.assign(options, { method: "POST", body: JSON.stringify(body) });
    if (body) Object.assign(options.headers, { "Content-Type": "application/json", "X-CSRFToken": token() });
    let answer;
    try {
      answer = await fetch(address, options);
    } catch {
      return { ok: false, status: 0, data: { errors: [word("failed")] } };
    }
    if (answer.type === "opaqueredirect") return { ok: false, status: 401, data: { errors: [word("sign_in")] } };
    try {
      return { ok: answer.ok, status: answer.status, data: await answer.json() };
    } catch {
      return { ok: false, status: answer.status, data: { errors: [word("failed")] } };
    }
  };

  /* What a lifted or filled-in item asks for at a place. */
  const asked = (item, place) => ({
    ...(item.id ? { part: item.id } : { forum: item.forum }),
    version: item.version, room: place.room, day: place.day ?? board.day.day, from: place.from, to: place.to,
  });

  board.askDay = (day) => ask("day", { query: { day } });
  board.askRevision = () => ask("revision");
  board.askOutlook = (item, place) => ask("outlook", { body: asked(item, place) });
  board.askMove = (item, place, seen) => ask("move", { query: { day: board.day.day }, body: { ...asked(item, place), seen } });
  board.askTakeOff = (item) => ask("take_off", { query: { day: board.day.day }, body: { part: item.id, version: item.version } });
})();
