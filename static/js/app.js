/* Loads what the page asks for: <div data-module="character-counter confirm-submit">. */
const modules = {
  "character-counter": () => import("./character-counter.js"),
  combobox: () => import("./combobox.js"),
  "confirm-submit": () => import("./confirm-submit.js"),
  "error-summary-focus": () => import("./error-summary-focus.js"),
  "keys-help": () => import("./keys-help.js"),
  keys: () => import("./keys.js"),
  "live-region": () => import("./live-region.js"),
  "mask-selection": () => import("./mask-selection.js"),
  "proposal-keys": () => import("./proposal-keys.js"),
  "review-keys": () => import("./review-keys.js"),
  "row-keys": () => import("./row-keys.js"),
  "submit-keys": () => import("./submit-keys.js"),
  "tick-count": () => import("./tick-count.js"),
};

for (const element of document.querySelectorAll("[data-module]")) {
  for (const name of element.dataset.module.split(" ")) {
    modules[name]?.().then((module) => module.enhance(element));
  }
}
