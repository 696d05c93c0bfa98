/* The input and the list that a combobox puts in place of its <select>. */

function element(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export function dress(select) {
  const { id } = select;
  const label = document.querySelector(`label[for="${id}"]`);
  const list = element("ul", {
    id: `${id}-list`,
    class: "combobox__list",
    role: "listbox",
    "aria-label": label.textContent,
  });
  const input = element("input", {
    id,
    class: "input combobox__input",
    autocomplete: "off",
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  });
  for (const name of ["key", "ticks"]) {
    if (name in select.dataset) input.dataset[name] = select.dataset[name];
    delete select.dataset[name];
  }
  list.hidden = true;
  select.hidden = true;
  select.id = `${id}-value`;
  select.after(input, list);
  input.parentElement.classList.add("combobox");
  return { input, list };
}

export function optionItem(text, id) {
  const item = element("li", { id, role: "option" });
  item.textContent = text;
  return item;
}
