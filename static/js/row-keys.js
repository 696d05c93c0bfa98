/* j and k walk through the rows of a table; the row's link has the focus. */

import { isForPage, isTyping } from "./keys.js";

export function enhance(table) {
  if (table.closest('[data-keys="off"]')) return;
  const links = [...table.querySelectorAll('tbody [data-key="o"]')];
  const steps = { j: 1, k: -1 };

  document.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || !isForPage(event) || isTyping(event.target)) return;
    const row = document.activeElement.closest("tr");
    const at = links.findIndex((link) => row?.contains(link));
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
    next?.focus();
    next?.closest("tr").scrollIntoView({ block: "nearest" });
  });
}
