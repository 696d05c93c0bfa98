/* j and k walk through the proposals, y confirms one, n hears it as an opinion, x ticks it.
   The page comes back without the one that was decided: the next has taken its place. */

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const KEPT = "proposal-place";

export function enhance(form) {
  const rows = [...form.querySelectorAll(".proposal")];
  const all = form.querySelector("[data-all]");
  all.parentElement.hidden = false;
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));

  function go(place) {
    const row = rows[Math.min(Math.max(place, 0), rows.length - 1)];
    row?.focus();
    row?.scrollIntoView({ block: "nearest" });
  }

  function decide(verdict) {
    const place = here();
    if (place < 0) return;
    sessionStorage.setItem(KEPT, place);
    rows[place].querySelector(`[data-verdict="${verdict}"]`).click();
  }

  const keys = {
    j: () => go(here() + 1),
    k: () => go(here() < 0 ? rows.length - 1 : here() - 1),
    x: () => rows[here()]?.querySelector("input[type=checkbox]").click(),
    y: () => decide("y"),
    n: () => decide("n"),
  };

  all.addEventListener("change", () => {
    for (const row of rows) row.querySelector("input[type=checkbox]").checked = all.checked;
  });
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (kept !== null) go(Number(kept));
  if (form.dataset.keys === "off") return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest(TYPING)) return;
    keys[event.key]?.();
  });
}
