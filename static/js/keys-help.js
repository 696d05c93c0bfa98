/* The list of keys opens over the page; without a script the link leads to a page of its own. */

export function enhance(link) {
  const dialog = document.getElementById("keys-help");
  if (!dialog) return;
  link.setAttribute("aria-haspopup", "dialog");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "?") dialog.close();
  });
}
