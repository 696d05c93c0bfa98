/* Ctrl+Enter (or Command+Enter) sends the form from wherever the hands are. */

export function enhance(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
