/* One letter, one control: the page says which by data-key="a" on the control itself.
   A control inside the part at work（data-key-scope: a row, a statement）comes before others. */

const TYPING =
  "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit])";
/* Held down, only these may repeat: a held "a" would confirm one opinion after the other. */
const REPEATING = ["j", "k"];

export function isForPage(event) {
  return !(
    event.defaultPrevented ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.isComposing ||
    event.keyCode === 229 ||
    (event.repeat && !REPEATING.includes(event.key)) ||
    document.querySelector("dialog[open]")
  );
}

export function isTyping(element) {
  return Boolean(element.closest?.(TYPING));
}

function controlFor(key, root) {
  const scope =
    document.activeElement.closest("[data-key-scope]") ?? root.querySelector("[data-key-first]");
  const wanted = `[data-key~="${CSS.escape(key)}"]`;
  for (const part of [scope, root, document.querySelector("main"), document]) {
    const found = part?.querySelector(wanted);
    if (found) return found;
  }
  return null;
}

/* A field for the ticked rows, asked for from a row while none is ticked, means this row. */
function tickRow(field, root) {
  if (!("ticks" in field.dataset) || root.querySelector("td input:checked")) return;
  document.activeElement.closest("tr")?.querySelector("td input[type=checkbox]")?.click();
}

function use(control, root) {
  if (!isTyping(control)) {
    control.click();
    return;
  }
  tickRow(control, root);
  control.focus();
  control.scrollIntoView({ block: "nearest" });
}

/* Where the address leads, the keys go on: to a row's link, or into a field. */
function focusTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const control = isTyping(target) ? target : target.querySelector('[data-key="o"], [data-key="1"]');
  control?.focus();
}

export function enhance(root) {
  focusTarget();
  if (root.dataset.keys === "off") return;
  document.addEventListener("keydown", (event) => {
    if (!isForPage(event)) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const control = controlFor(event.key, root);
    if (!control) return;
    event.preventDefault();
    use(control, root);
  });
  root.dataset.ready = "";
}
