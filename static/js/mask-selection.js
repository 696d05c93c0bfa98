/* Select text with mouse or keyboard, and a bar offers what kind of personal data it is.
   The text itself cannot be changed: it only takes the caret. Counts code points, as the server does. */

const length = (text) => [...text].length;

function placeOf(range, element) {
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(range.startContainer, range.startOffset);
  const start = length(before.toString());
  return [start, start + length(range.toString())];
}

/* The caret comes by keyboard only into what can be edited, so it looks as if it could. */
function takeCaret(element) {
  const text = element.innerHTML;
  element.contentEditable = "true";
  element.spellcheck = false;
  element.tabIndex = 0;
  element.setAttribute("role", "textbox");
  element.setAttribute("aria-labelledby", element.dataset.labelled);
  element.setAttribute("aria-describedby", "how-to-select");
  element.setAttribute("aria-multiline", "true");
  element.setAttribute("aria-readonly", "true");
  element.addEventListener("beforeinput", (event) => event.preventDefault());
  // An input method composes without asking; what it wrote is taken out again.
  element.addEventListener("input", () => {
    element.innerHTML = text;
  });
}

export function enhance(root) {
  const bar = root.querySelector(".mask-bar");
  const said = root.querySelector("[data-said]");
  const elements = [...root.querySelectorAll("[data-part]")];
  elements.forEach(takeCaret);

  function hide() {
    bar.hidden = true;
    said.textContent = "";
  }

  function offer(element, range) {
    const [start, end] = placeOf(range, element);
    const text = [...element.textContent].slice(start, end).join("");
    if (!text.trim()) return hide();
    const fields = bar.elements;
    Object.assign(fields.part, { value: element.dataset.part });
    Object.assign(fields.start, { value: start });
    Object.assign(fields.end, { value: end });
    Object.assign(fields.text, { value: text });
    const shown = text.length > 24 ? `${[...text].slice(0, 23).join("")}…` : text;
    bar.querySelector("[data-chosen]").textContent = shown;
    element.after(bar);
    bar.hidden = false;
    said.textContent = `「${shown}」を選びました。Tabキーで種類を選ぶと伏せます。`;
  }

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    // Pressing a button of the bar may empty the selection: what was offered stays.
    if (bar.contains(document.activeElement)) return;
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    const element = range && elements.find((each) => each.contains(range.startContainer));
    if (!element || !element.contains(range.endContainer) || selection.isCollapsed) return hide();
    offer(element, range);
  });

  bar.addEventListener("mousedown", (event) => event.preventDefault());
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.getSelection().removeAllRanges();
      hide();
    }
  });
}
