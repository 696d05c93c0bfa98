/* A long list that one chooses from by typing: an editable combobox with list autocomplete
   (ARIA Authoring Practices) over a <select>, which stays the form's field. */

import { dress, optionItem } from "./combobox-parts.js";
import { folded, matches } from "./matching.js";

const MOVES = { ArrowDown: 1, ArrowUp: -1 };

export function enhance(select) {
  const { input, list } = dress(select);
  const options = [...select.options].map((option) => ({ option, text: folded(option) }));
  let shown = [];
  let active = -1;

  function showChosen() {
    input.value = select.selectedOptions[0]?.text.trim() ?? "";
  }

  function point(at) {
    list.children[active]?.removeAttribute("aria-selected");
    active = at;
    const item = list.children[at];
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function open(query) {
    shown = options.filter((each) => matches(each.text, query));
    list.replaceChildren(
      ...shown.map(({ option }, at) => optionItem(option.text, `${list.id}-${at}`)),
    );
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    point(query && shown.length ? 0 : -1);
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    point(-1);
  }

  function choose(at) {
    select.value = shown[at].option.value;
    showChosen();
    close();
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key in MOVES) {
      event.preventDefault();
      if (list.hidden) open("");
      point((active + MOVES[event.key] + shown.length) % shown.length);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      showChosen();
      close();
    }
  });
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => list.hidden && open(""));
  // The first match is marked while one types, and leaving the field takes it: what the button
  // beside it then sends is what is to be read here.
  input.addEventListener("blur", () => {
    if (active >= 0) choose(active);
    showChosen();
    close();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const at = [...list.children].indexOf(event.target.closest("li"));
    if (at >= 0) choose(at);
  });
  showChosen();
}
