/* Loads what the page asks for: <div data-module="character-counter confirm-submit">. */
const modules = {
  "character-counter": () => import("./character-counter.js"),
  "confirm-submit": () => import("./confirm-submit.js"),
  "error-summary-focus": () => import("./error-summary-focus.js"),
  "queue-keys": () => import("./queue-keys.js"),
  "submit-keys": () => import("./submit-keys.js"),
};

for (const element of document.querySelectorAll("[data-module]")) {
  for (const name of element.dataset.module.split(" ")) {
    modules[name]?.().then((module) => module.enhance(element));
  }
}
