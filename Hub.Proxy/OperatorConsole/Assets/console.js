// Nothing here is needed to use the console: it only saves a reload.
"use strict";

// The problem summary is what a person must hear first.
document.querySelector(".nhsuk-error-summary")?.focus();

// A page that people wait in front of is fetched again when the hub says that something happened, and says so when the hub cannot be reached.
const live = document.querySelector("[data-live]");
if (live) {
  const note = document.querySelector("[data-live-note]");
  let [waiting, fetching] = [false, false];

  const refresh = async () => {
    // Rows must not move under somebody's finger or reading.
    if (document.hidden || fetching || live.contains(document.activeElement) || live.querySelector("input:checked")) {
      waiting = true;
      return;
    }
    [waiting, fetching] = [false, true];
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
      lost();
    } finally {
      fetching = false;
    }
    if (waiting) {
      refresh();
    }
  };
  const lost = () => {
    note.textContent = "The connection to the hub is lost: what you see may be out of date. It is tried again.";
  };
  const goOn = () => waiting && refresh();

  const hub = new EventSource("/console/live");
  hub.addEventListener("changed", refresh);
  hub.addEventListener("error", lost);
  live.addEventListener("focusout", () => setTimeout(goOn, 0));
  document.addEventListener("visibilitychange", goOn);

  // Times move on although nothing happens.
  setInterval(refresh, Number(live.dataset.live) * 1000);
}

// Work that takes a while says so; leaving the page ends it.
for (const button of document.querySelectorAll("[data-busy]")) {
  button.form.addEventListener("submit", () => {
    button.form.querySelector("[data-busy-note]").textContent = button.dataset.busy;
  });
}
