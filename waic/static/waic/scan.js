/* A desk that scans: the next code can come in at once, and a refusal is shown like a verdict. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL || location.href, location.href);
  // Signed out meanwhile: the sign-in page is a page of its own.
  if (answered.pathname !== location.pathname) { event.detail.shouldSwap = false; location.reload(); return; }
  if ([400, 409].includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
document.addEventListener("htmx:afterRequest", (event) => {
  const code = event.target.closest("[data-scanning]")?.querySelector("[name=code]");
  if (code && event.detail.xhr.status === 200) code.value = "";
  code?.focus();
});
