/* Keeps the stars of this browser and of the account the same, once somebody is signed in.

   The browser tells what it changed and takes over what the account answers: of two changes of one star the later to
   arrive holds. On the first meeting with an account all stars of the browser go there and are the account's from then on:
   signing out takes them away here (store.js), and so does a session that has ended, but for what was starred since. */
(() => {
  "use strict";
  if (!window.stars) return;
  const pause = 60_000, csrf = stars.csrf;
  let timer = null;

  const looked = {
    // Signing in gives a new token, so that is when to look again before the pause is over.
    get isFresh() {
      try { const [token, at] = JSON.parse(sessionStorage.getItem("stars-looked")); return token === csrf() && Date.now() - at < pause; } catch { return false; }
    },
    note() { try { sessionStorage.setItem("stars-looked", JSON.stringify([csrf(), Date.now()])); } catch { /* then it looks again */ } },
  };

  const telling = (change) => ({
    method: "PATCH", body: JSON.stringify(change), headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
  });
  const ask = async (change) => {
    const answer = await fetch(stars.api, change ? telling(change) : {});
    return { status: answer.status, body: answer.headers.get("content-type")?.includes("json") ? await answer.json() : {} };
  };

  const changeFor = (state, there) => {
    const add = Object.keys(state.pending).filter((one) => state.pending[one]);
    if (there.account === state.account) return { add, remove: Object.keys(state.pending).filter((one) => !state.pending[one]) };
    const known = new Set(there.stars);
    return { add: (state.account ? add : state.codes).filter((one) => !known.has(one)), remove: [] };
  };

  /* Take over what the account has; what was changed here while it answered stays to be told. */
  const settle = (there, sent) => {
    const state = stars.read();
    const told = (one) => state.account === there.account ? sent[one] === state.pending[one] : one in sent || !state.pending[one];
    const pending = Object.fromEntries(Object.entries(state.pending).filter(([one]) => !told(one)));
    for (const one of Object.keys(sent)) if (sent[one] && !state.codes.includes(one)) pending[one] = false;
    const codes = new Set(there.stars);
    for (const [one, on] of Object.entries(pending)) if (on) codes.add(one); else codes.delete(one);
    stars.write({ codes: [...codes], pending, account: there.account });
    return Object.keys(pending).length > 0;
  };

  /* Stars the account refused: of forums that are in the programme no more. */
  const drop = (codes) => {
    const state = stars.read(), gone = new Set(codes);
    state.codes = state.codes.filter((one) => !gone.has(one));
    for (const one of codes) delete state.pending[one];
    stars.write(state);
  };

  /* Nobody is signed in any more: what the account has is there; what it never heard of is this browser's own. */
  const leave = () => {
    const { account, pending } = stars.read();
    if (account) stars.write({ codes: Object.keys(pending).filter((one) => pending[one]), pending: {}, account: "" });
    return false;
  };

  const round = async () => {
    const asked = csrf();
    let { status, body: there } = await ask();
    looked.note();
    if (status !== 200) return false;
    // Somebody signed in or out meanwhile: the answer is about somebody else.
    if (csrf() !== asked) return true;
    if (!there.account) return leave();
    const change = changeFor(stars.read(), there);
    const sent = Object.fromEntries([...change.add.map((one) => [one, true]), ...change.remove.map((one) => [one, false])]);
    if (change.add.length || change.remove.length) {
      ({ status, body: there } = await ask(change));
      if (status === 400) {
        const errors = there.errors || [], refused = errors.map((error) => error.attr?.match(/^add\.(\d+)/)).filter(Boolean);
        if (!refused.length) stars.tell(errors[0]?.detail || "");
        drop(refused.map(([, n]) => change.add[Number(n)]));
        return refused.length > 0;
      }
      if (status !== 200) return false;
      if (csrf() !== asked) return true;
    }
    return settle(there, sent);
  };

  const sync = async () => {
    if (!csrf() || (looked.isFresh && !Object.keys(stars.read().pending).length)) return;
    // Signed in nowhere a moment ago: what is starred stays in the browser without asking each time.
    if (looked.isFresh && !stars.read().account) return;
    for (let turn = 0; turn < 3 && await round(); turn++);
  };
  // One tab at a time. Without a network the changes wait for the next page.
  const start = () => (navigator.locks ? navigator.locks.request("stars", sync) : sync()).catch(() => {});

  addEventListener("stars:changed", () => { clearTimeout(timer); timer = setTimeout(start, 700); });
  // Who leaves right after pressing a star, perhaps to sign out, is heard all the same; else on the next page.
  addEventListener("pagehide", () => {
    const { account, pending } = stars.read(), changed = Object.keys(pending);
    if (!account || !changed.length) return;
    const change = { add: changed.filter((one) => pending[one]), remove: changed.filter((one) => !pending[one]) };
    fetch(stars.api, { ...telling(change), keepalive: true }).catch(() => {});
  });
  start();
})();
