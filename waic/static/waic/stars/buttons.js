/* Star buttons on what can be starred, the count beside "my programme", and showing only what is starred. */
(() => {
  "use strict";
  if (!window.stars) return;
  const model = stars.root.querySelector("template").content.firstElementChild;

  const titleOf = (place) => place.dataset.title || place.querySelector("h3, strong")?.textContent.trim() || "";
  const dress = (scope) => {
    for (const place of scope.querySelectorAll("[data-star]")) {
      if (place.querySelector(":scope > .star")) continue;
      const button = model.cloneNode(true);
      button.querySelector(".sr").textContent = `${stars.word("label")}${titleOf(place)}`;
      place.append(button);
    }
  };

  const paint = () => {
    const now = new Set(stars.read().codes);
    for (const place of document.querySelectorAll("[data-star]")) {
      const on = now.has(place.dataset.star);
      place.classList.toggle("is-starred", on);
      place.querySelector(":scope > .star")?.setAttribute("aria-pressed", on);
    }
    for (const button of document.querySelectorAll("[data-star-button]")) {
      const on = now.has(button.dataset.starButton);
      button.hidden = false;
      button.setAttribute("aria-pressed", on);
      button.querySelector("span").textContent = stars.word(on ? "starred" : "star");
    }
    for (const place of document.querySelectorAll("[data-star-count]")) place.textContent = now.size || "";
  };

  /* Rooms, areas and hours without anything left go too. */
  const narrow = (isNarrow) => {
    document.documentElement.classList.toggle("only-starred", isNarrow);
    const none = document.querySelector("[data-no-stars]");
    if (none) none.hidden = !isNarrow || document.querySelector(".slot.is-starred") !== null;
    for (const schedule of document.querySelectorAll(".schedule")) {
      const rowOf = (item) => [...item.classList].find((name) => name.startsWith("r-"));
      const kept = new Set([...schedule.querySelectorAll(".slot.is-starred")].map(rowOf));
      let area = null, time = null;
      for (const item of schedule.children) {
        const is = (name) => item.classList.contains(name);
        if (is("schedule__area")) { area = item; kept.has(rowOf(item)) || area.classList.add("is-empty"); }
        if (is("schedule__time")) { time = item; time.classList.add("is-empty"); }
        if (is("schedule__room")) item.classList.toggle("is-empty", !kept.has(rowOf(item)));
        if (is("schedule__room") && kept.has(rowOf(item))) area?.classList.remove("is-empty");
        if (is("is-starred")) time?.classList.remove("is-empty");
      }
      // Items without a room stand below an area that has no rooms of its own.
      if (area && [...kept].some((row) => Number(row?.slice(2)) > Number(rowOf(area).slice(2)))) area.classList.remove("is-empty");
    }
  };

  const filter = document.querySelector("[data-only-starred]"), box = filter?.querySelector("input");
  if (filter) {
    filter.hidden = false;
    box.addEventListener("change", () => {
      const address = new URL(location.href);
      if (box.checked) address.searchParams.set("mine", "on"); else address.searchParams.delete("mine");
      history.replaceState(null, "", address);
      narrow(box.checked);
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".star, [data-star-button]");
    if (!button) return;
    const one = button.dataset.starButton || button.closest("[data-star]").dataset.star;
    if (!stars.set([one], !stars.has(one))) stars.tell(stars.word("full"));
  });
  const show = () => { paint(); if (box) narrow(box.checked); };
  addEventListener("stars", show);
  stars.dress = (scope) => { dress(scope); paint(); };
  dress(document);
  show();
})();
