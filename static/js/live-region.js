/* Looks at this page again every few seconds and takes over what has changed inside the region.
   When its data-state is another one, the page has become a different page and is loaded. */

export function enhance(region) {
  const every = Number(region.dataset.every) * 1000;

  function takeOver(fresh) {
    const news = [...fresh.querySelectorAll("[data-live]")];
    [...region.querySelectorAll("[data-live]")].forEach((part, at) => {
      if (news[at] && !part.isEqualNode(news[at])) part.replaceChildren(...news[at].childNodes);
    });
  }

  async function look() {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(region.id);
      if (!answer.ok || fresh?.dataset.state !== region.dataset.state) return location.reload();
      takeOver(fresh);
    } catch {
      // The network was away for a moment; the next look may find it again.
    }
    return setTimeout(look, every);
  }

  setTimeout(look, every);
}
