// Nothing here is needed to use the console: it only saves a reload.
"use strict";

// The problem summary is what a person must hear first.
document.querySelector(".nhsuk-error-summary")?.focus();

// A page that people wait in front of is fetched again, and says so when the hub cannot be reached.
const live = document.querySelector("[data-live]");
if (live) {
  const note = document.querySelector("[data-live-note]");
  const refresh = async () => {
    if (document.hidden || live.contains(document.activeElement)) {
      return;
    }
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
      if (fresh && fresh.innerHTML !== live.innerHTML) {
        live.replaceChildren(...fresh.childNodes);
      }
      note.textContent = "";
    } catch {
      note.textContent = "The hub cannot be reached: what you see may be out of date.";
    }
  };
  setInterval(refresh, Number(live.dataset.live) * 1000);
}
