/* A hall's plan: zoom, marking what is typed, and the booth of the address. Without it the list underneath does the same. */
(() => {
  const box = document.querySelector("[data-plan]");
  if (!box) return;
  const view = box.querySelector(".hall__scroll"), plan = box.querySelector("svg.plan"), tools = box.querySelector(".hall__zoom"),
    chosen = document.querySelector(".hall__chosen");
  let zoom = 1;
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (!button) return;
    const middle = (view.scrollLeft + view.clientWidth / 2) / plan.clientWidth;
    zoom = Math.min(4, Math.max(0.5, zoom * Number(button.dataset.zoom)));
    plan.style.minInlineSize = "0";
    plan.style.maxInlineSize = "none";
    plan.style.inlineSize = `${Math.round(zoom * view.clientWidth)}px`;
    view.scrollLeft = middle * plan.clientWidth - view.clientWidth / 2;
  });
  const booths = [...plan.querySelectorAll("[data-booth]")];
  const select = () => {
    const number = decodeURIComponent(location.hash.slice(1));
    for (const booth of booths) {
      const isIt = booth.dataset.booth === number;
      booth.classList.toggle("is-selected", isIt);
      if (isIt) booth.setAttribute("aria-current", "true"); else booth.removeAttribute("aria-current");
    }
    const row = number && document.getElementById(number), name = row?.querySelector("a");
    chosen.hidden = !name;
    if (name) chosen.replaceChildren(Object.assign(document.createElement("b"), { textContent: number, className: "code" }), name.cloneNode(true));
  };
  // The plan stays in sight: the row of the list need not be jumped to.
  plan.addEventListener("click", (event) => {
    const booth = event.target.closest("[data-booth]");
    if (!booth || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    history.replaceState(null, "", booth.getAttribute("href"));
    select();
  });
  addEventListener("hashchange", select);
  select();
  // Who follows a link to a booth sees it on the plan first; the row is below.
  if (!chosen.hidden) addEventListener("load", () => box.scrollIntoView({ block: "center" }));
  document.querySelector("input[name=q]")?.addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const booth of booths) {
      booth.classList.toggle("is-match", wanted !== "" && booth.getAttribute("aria-label").toLowerCase().includes(wanted));
    }
  });
})();
