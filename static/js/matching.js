/* Whether what somebody types is in a text: any width and case, hiragana for katakana, every word. */

const FIRST_KATAKANA = 0x30a1;
const LAST_KATAKANA = 0x30f6;
const TO_HIRAGANA = 0x60;

function even(text) {
  return [...text.normalize("NFKC").toLowerCase()]
    .map((letter) => {
      const code = letter.codePointAt(0);
      const isKatakana = code >= FIRST_KATAKANA && code <= LAST_KATAKANA;
      return isKatakana ? String.fromCodePoint(code - TO_HIRAGANA) : letter;
    })
    .join("");
}

/* The words of an <option>, and how they are read. */
export function folded(option) {
  return even(`${option.text} ${option.dataset.reading ?? ""}`);
}

export function matches(text, query) {
  return even(query)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
