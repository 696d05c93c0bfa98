/* Says how many rows are ticked, and ticks the choice 「選んだ意見」 with the first of them. */

export function enhance(count) {
  const form = count.closest("form");

  function update() {
    const ticked = form.querySelectorAll("td input[type=checkbox]:checked").length;
    count.textContent = ticked ? `（${ticked.toLocaleString("ja-JP")}件）` : "";
  }

  form.addEventListener("change", (event) => {
    if (event.target.closest("td") && event.target.checked) {
      form.querySelector('input[name="scope"][value="ticked"]').checked = true;
    }
    update();
  });
  update();
}
