/* The long form: says when it saves, counts characters, asks before unsaved text is left. Works without. */
(() => {
  const form = document.querySelector("[data-draft]");

  // Buttons of a form that is on its way do not send it again.
  document.querySelectorAll("form").forEach((each) =>
    each.addEventListener("submit", () => {
      each.dataset.sent = "1";
      setTimeout(() => each.querySelectorAll("button").forEach((b) => (b.disabled = true)), 0);
    })
  );
  // Coming back by the browser's button must not find them disabled.
  addEventListener("pageshow", () =>
    document.querySelectorAll("form[data-sent] button").forEach((b) => (b.disabled = false))
  );

  document.addEventListener("change", (event) => {
    const label = event.target.closest(".drop")?.querySelector("[data-chosen]");
    if (label) label.textContent = [...event.target.files].map((f) => f.name).join(", ");
  });

  const count = (field) => {
    const counter = document.querySelector(`[data-counts="${field.id}"] .num`);
    if (counter) counter.textContent = [...field.value.replace(/\r\n/g, "\n")].length;
  };
  document.addEventListener("input", (event) => event.target.id && count(event.target));

  if (!form) return;
  let unsaved = false;
  const status = () => document.getElementById("saved");
  const say = (kind, words) => {
    const bar = status();
    bar.className = `saved ${kind}`;
    bar.querySelector("span").textContent = words;
  };
  form.addEventListener("input", () => (unsaved = true));
  form.addEventListener("submit", () => (unsaved = false));
  form.addEventListener("htmx:beforeRequest", () => say("is-saving", status().dataset.saving));
  form.addEventListener("htmx:afterRequest", (event) => {
    // 422: saved as typed, with something to mend.
    if (event.detail.successful || event.detail.xhr?.status === 422) unsaved = false;
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    form.addEventListener(name, (event) => {
      const code = event.detail.xhr?.status ?? 0;
      if (code === 0 || code >= 500) say("is-offline", status().dataset.offline);
    });
  }
  // A sentence that came next to a field marks the field.
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    const id = event.detail.target.id.replace(/_notes$/, "");
    const field = id !== event.detail.target.id && document.getElementById(id);
    if (!field) return;
    const wrong = document.getElementById(`${id}_error`);
    wrong ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
})();
