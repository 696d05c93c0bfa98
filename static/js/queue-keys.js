/* j and k walk through the queue's rows, x ticks one; on a submission's page they turn the page.
   Enter needs nothing: the row's link has the focus. */

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";

export function enhance(element) {
  const links = [...element.querySelectorAll("tbody th a")];
  const turn = (relation) => element.querySelector(`a[rel="${relation}"]`)?.click();

  function walk(step) {
    const row = document.activeElement.closest("tr");
    const at = links.findIndex((link) => row?.contains(link));
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  const keys = {
    j: () => (links.length ? walk(1) : turn("next")),
    k: () => (links.length ? walk(-1) : turn("prev")),
    x: () => document.activeElement.closest("tr")?.querySelector("input[type=checkbox]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest(TYPING)) return;
    keys[event.key]?.();
  });
}
