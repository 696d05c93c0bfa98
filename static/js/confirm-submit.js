/* A form is sent once. The button is not `disabled`: its name and value must still be sent. */

export function enhance(form) {
  let sent = false;

  function mark(state) {
    sent = state;
    for (const button of form.querySelectorAll('button[type="submit"]')) {
      if (state) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    else mark(true);
  });

  // Coming back with the browser's back button, the page may be restored as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) mark(false);
  });
}
