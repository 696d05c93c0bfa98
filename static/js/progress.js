/* Fetches the panel anew while the job runs; at the end the whole page, with what to do then. */

const PAUSE_MS = 1500;

export function enhance(panel) {
  if (panel.dataset.over === "yes") return;

  async function look() {
    const answer = await fetch(location.href).catch(() => null);
    if (answer?.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("progress");
      if (!fresh || fresh.dataset.over === "yes") {
        location.reload();
        return;
      }
      panel.replaceChildren(...fresh.childNodes);
    }
    setTimeout(look, PAUSE_MS);
  }

  setTimeout(look, PAUSE_MS);
}
