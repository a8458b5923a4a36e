/* What this browser starred in one edition: codes, the changes the account has not heard of, whose account it was.

   Stars without an account are the browser's and stay. Once an account knows them they are the account's, and go from here
   with the sign-out (look.js takes them away on the next page, whichever it is). */
(() => {
  "use strict";
  const root = document.querySelector("[data-stars]");
  if (!root) return;
  const key = `stars-${root.dataset.stars}`, code = /^[2-9A-HJKMNP-TV-Z]{6}$/;
  let memory = null; // for a browser that keeps nothing
  const csrf = () => document.cookie.match(/(?:^|; )waic_csrf=([^;]+)/)?.[1] || "";

  const clean = (kept) => {
    const codes = Array.isArray(kept?.codes) ? kept.codes : [];
    const pending = kept?.pending && typeof kept.pending === "object" ? kept.pending : {};
    return {
      codes: [...new Set(codes.filter((one) => code.test(one)))],
      pending: Object.fromEntries(Object.entries(pending).filter(([one]) => code.test(one)).map(([one, on]) => [one, Boolean(on)])),
      account: typeof kept?.account === "string" ? kept.account : "",
      token: typeof kept?.token === "string" ? kept.token : "",
    };
  };
  const kept = () => {
    if (memory) return clean(memory);
    try { return clean(JSON.parse(localStorage.getItem(key))); } catch { return clean(null); }
  };

  window.stars = {
    root, csrf, most: Number(root.dataset.most), api: root.dataset.api,
    word: (name) => root.getAttribute(`data-say-${name}`) || "",
    /* Nothing of an account that was signed out of since: its CSRF token was another one. */
    read() {
      const state = kept();
      return state.account && state.token !== csrf() ? clean(null) : state;
    },
    write(state) {
      state.token = state.account && csrf();
      try { localStorage.setItem(key, JSON.stringify(state)); } catch { memory = state; }
      dispatchEvent(new CustomEvent("stars"));
    },
    has: (one) => stars.read().codes.includes(one),
    /* Set or take away some stars; what goes beyond the limit is left out. True when all of it was done. */
    set(codes, on) {
      const state = stars.read(), now = new Set(state.codes);
      let isAll = true;
      for (const one of codes) {
        if (on === now.has(one)) continue;
        if (on && now.size >= stars.most) { isAll = false; continue; }
        if (on) now.add(one); else now.delete(one);
        // An account that does not know of the star need not hear that it is gone.
        if (!on && !state.account) delete state.pending[one]; else state.pending[one] = on;
      }
      state.codes = [...now];
      stars.write(state);
      dispatchEvent(new CustomEvent("stars:changed"));
      return isAll;
    },
    link: (codes) => [...codes].sort().join("-"),
    tell(text) {
      const toast = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
      const place = root.querySelector(".toasts");
      place.replaceChildren(toast);
      setTimeout(() => toast.remove(), 6000);
    },
  };
  addEventListener("storage", (event) => { if (event.key === key || event.key === null) dispatchEvent(new CustomEvent("stars")); });
})();
