/* Turns the line that states the limit into a live count.
   Counts code points with \n line ends, as the server does. */

const PAUSE_BEFORE_SPEAKING_MS = 1000;

export function countCharacters(text) {
  return [...text.replaceAll("\r\n", "\n")].length;
}

function message(dataset, count) {
  const max = Number(dataset.max);
  const min = Number(dataset.min);
  const [template, rest] =
    count > max
      ? [dataset.over, count - max]
      : count < min
        ? [dataset.under, min - count]
        : [dataset.remaining, max - count];
  return template
    .replace("{count}", count.toLocaleString("ja-JP"))
    .replace("{rest}", rest.toLocaleString("ja-JP"));
}

export function enhance(field) {
  const input = field.querySelector("textarea");
  const line = field.querySelector(".field__count");
  const limit = line.textContent;
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  line.after(spoken);
  let timer;

  function update() {
    const count = countCharacters(input.value);
    line.textContent = count === 0 ? limit : message(field.dataset, count);
    line.classList.toggle("field__count--over", count > Number(field.dataset.max));
  }

  input.addEventListener("input", () => {
    update();
    clearTimeout(timer);
    timer = setTimeout(() => {
      spoken.textContent = line.textContent;
    }, PAUSE_BEFORE_SPEAKING_MS);
  });
  update();
}
