/* My programme: the rows of what this browser starred, a link to share them, taking over what somebody shares. */
(() => {
  "use strict";
  if (!window.stars) return;
  const shared = document.querySelector("[data-take]"), place = document.querySelector("[data-rows]");
  if (shared) {
    const button = shared.querySelector("button"), codes = shared.dataset.take.split("-").filter(Boolean);
    button.hidden = !codes.length;
    button.addEventListener("click", () => {
      if (stars.set(codes, true)) location.assign(location.pathname); else stars.tell(stars.word("full"));
    });
  }
  if (!place) return;

  const rows = place.querySelector("[data-mine]"), empty = place.querySelector("[data-empty]"), tools = place.querySelector("[data-tools]"),
    trouble = place.querySelector("[data-trouble]");
  let shown = null;

  const draw = async () => {
    const codes = stars.read().codes, wanted = stars.link(codes);
    if (wanted === shown) return;
    shown = wanted;
    let html = "", isLost = false;
    if (codes.length) {
      try {
        const answer = await fetch(`${place.dataset.rows}?s=${wanted}`);
        if (answer.ok) html = await answer.text(); else isLost = true;
      } catch { isLost = true; }
    }
    if (wanted !== shown) return; // changed meanwhile
    if (isLost) shown = null;
    trouble.hidden = !isLost;
    empty.hidden = codes.length > 0;
    tools.hidden = !codes.length;
    place.querySelector("[data-share-row]").hidden = true;
    if (isLost) return;
    // Rows of our own server, where texts are escaped.
    rows.innerHTML = html;
    stars.dress(rows);
  };

  place.addEventListener("click", async (event) => {
    if (event.target.closest("[data-print]")) print();
    if (event.target.closest("[data-retry]")) draw();
    if (!event.target.closest("[data-share]")) return;
    const link = `${location.origin}${location.pathname}?s=${stars.link(stars.read().codes)}`;
    const row = place.querySelector("[data-share-row]"), field = row.querySelector("input");
    row.hidden = false;
    field.value = link;
    field.select();
    try { await navigator.clipboard.writeText(link); stars.tell(stars.word("copied")); } catch { /* it is selected, to be copied by hand */ }
  });

  place.hidden = false;
  addEventListener("stars", draw);
  draw();
})();
