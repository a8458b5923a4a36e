/* The long form: a failed save is shown like a good one, and files go with the button, not while typing. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([400, 409, 413].includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
document.addEventListener("htmx:configRequest", (event) => {
  for (const input of event.target.querySelectorAll("input[type=file]")) delete event.detail.parameters[input.name];
});
document.addEventListener("htmx:sendError", () => {
  const saved = document.getElementById("saved");
  if (saved) saved.className = "saved is-offline";
});
