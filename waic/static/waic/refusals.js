/* A form sent by htmx: a refusal is shown like any other answer. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL || location.href, location.href);
  // Signed out meanwhile: the sign-in page is a page of its own.
  if (answered.pathname !== location.pathname) { event.detail.shouldSwap = false; location.reload(); return; }
  if ([400, 409].includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
