/* A desk that scans: the next code can come in at once. Refusals are shown by refusals.js. */
document.addEventListener("htmx:afterRequest", (event) => {
  const code = event.target.closest("[data-scanning]")?.querySelector("[name=code]");
  if (code && event.detail.xhr.status === 200) code.value = "";
  code?.focus();
});
