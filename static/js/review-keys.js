/* The review page by keys: j and k walk through the rows; a letter presses whatever in the row,
   or else on the page, bears it as data-key; m chooses a theme to move to; l puts the line here. */

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";

export function enhance(element) {
  const rows = [...element.querySelectorAll("tr[data-percent]")];
  const target = element.querySelector("#target");
  const line = element.querySelector("#line");
  let at = -1;

  function go(place) {
    if (!rows.length) return;
    at = Math.max(0, Math.min(place, rows.length - 1));
    rows[at].querySelector("th a").focus();
    rows[at].scrollIntoView({ block: "nearest" });
  }

  function press(key) {
    const scope = rows[at]?.querySelector(`[data-key="${key}"]`);
    const found = scope ?? document.querySelector(`[data-key="${key}"]:not(tr [data-key])`);
    found?.click();
    return Boolean(found);
  }

  function move() {
    if (!rows[at] || !target) return;
    const box = rows[at].querySelector("input[type=checkbox]");
    box.checked = true;
    (target.closest("[data-module]").querySelector("input:not([type=hidden])") ?? target).focus();
  }

  function putLine() {
    if (!rows[at] || !line) return;
    line.value = Math.max(1, rows[at].dataset.percent);
    line.form.requestSubmit();
  }

  const keys = {
    j: () => go(at + 1),
    k: () => go(at < 0 ? rows.length - 1 : at - 1),
    m: move,
    l: putLine,
  };

  element.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-percent]");
    if (row) at = rows.indexOf(row);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.defaultPrevented || event.target.closest(TYPING)) return;
    if (keys[event.key]) keys[event.key]();
    else if (event.key.length !== 1 || !/[a-z]/.test(event.key) || !press(event.key)) return;
    event.preventDefault();
  });

  // Enter in the choice of a theme moves what is ticked, as a form with one button would.
  target?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !target.value) return;
    event.preventDefault();
    target.form.querySelector("[data-move]").click();
  });

  const place = /^#row-(\d+)$/.exec(location.hash);
  if (place) go(Number(place[1]) - 1);
  element.dataset.ready = "";
}
