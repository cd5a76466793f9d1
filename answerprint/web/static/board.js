// Keeps a list fresh without reloading the page: the element with data-refresh is filled again from that address.
// It rests while the page is out of sight, while somebody is inside the list, and when told to.

const rows = document.querySelector("[data-refresh]");
const note = document.getElementById("refresh-note");
const pause = document.getElementById("refresh-pause");

const saving = navigator.connection?.saveData ?? false;
const every = Number(rows?.dataset.every ?? 30) * (saving ? 4 : 1) * 1000;
let isPaused = false;

const say = (text) => { if (note && note.textContent !== text) note.textContent = text; };
// In the facility's zone, as every other time on the page.
const clock = () => new Date().toLocaleTimeString("en-GB", { timeZone: rows.dataset.zone });

const isBusy = () => isPaused || document.hidden || rows.contains(document.activeElement);

const refresh = async () => {
  if (isBusy()) return;
  try {
    const answer = await fetch(rows.dataset.refresh, { headers: { Accept: "text/html" }, redirect: "error", cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    if (!isBusy()) rows.replaceChildren(fresh.content);
    say(`Read again at ${clock()}.`);
  } catch {
    say(`Could not read again at ${clock()}. What is shown may be old.`);
  }
};

if (rows) {
  setInterval(refresh, every);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  say(`Reads again every ${every / 1000} seconds.`);
  if (pause) {
    pause.hidden = false;
    pause.addEventListener("click", () => {
      isPaused = !isPaused;
      pause.setAttribute("aria-pressed", String(isPaused));
      pause.textContent = isPaused ? "Resume" : "Pause";
      say(isPaused ? "Paused." : "Reading again.");
      refresh();
    });
  }
}
