// Keeps a list fresh without reloading the page: the element with data-refresh is filled again from that address, cell by
// cell where something changed. A cell that somebody stands in, or has marked text in, stays as it is, so that neither
// focus nor selection is lost. It rests while the page is out of sight, and when told to.

const rows = document.querySelector("[data-refresh]");
const note = document.getElementById("refresh-note");
const pause = document.getElementById("refresh-pause");

const saving = navigator.connection?.saveData ?? false;
const every = Number(rows?.dataset.every ?? 30) * (saving ? 4 : 1) * 1000;
let isPaused = false;

// What comes every half minute is written, not read out.
const say = (text, live = "polite") => {
  if (!note || note.textContent === text) return;
  note.setAttribute("aria-live", live);
  note.textContent = text;
};
// In the facility's zone, as every other time on the page.
const clock = () => new Date().toLocaleTimeString("en-GB", { timeZone: rows.dataset.zone });

const isResting = () => isPaused || document.hidden;

const isInUse = (element) => {
  const marked = document.getSelection();
  return element.contains(document.activeElement) || (marked !== null && !marked.isCollapsed && marked.containsNode(element, true));
};

const renewRow = (row, fresh) => {
  const cells = [...row.cells], others = [...fresh.cells];
  if (cells.length !== others.length) {
    if (isInUse(row)) return row;
    row.replaceWith(fresh);
    return fresh;
  }
  cells.forEach((cell, place) => {
    if (cell.outerHTML !== others[place].outerHTML && !isInUse(cell)) cell.replaceWith(others[place]);
  });
  return row;
};

const renew = (fresh) => {
  const known = new Map([...rows.children].map((row) => [row.dataset.key ?? "", row]));
  [...fresh.children].forEach((row, place) => {
    const key = row.dataset.key ?? "";
    const mine = known.has(key) ? renewRow(known.get(key), row) : row;
    known.delete(key);
    // A row that came or went moves the others; one that is in its place is not touched, since moving takes the focus.
    if (rows.children[place] !== mine && (!mine.isConnected || !isInUse(mine))) rows.insertBefore(mine, rows.children[place] ?? null);
  });
  for (const gone of known.values()) if (!isInUse(gone)) gone.remove();
};

const refresh = async () => {
  if (isResting()) return;
  try {
    const answer = await fetch(rows.dataset.refresh, { headers: { Accept: "text/html" }, redirect: "error", cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    if (isResting()) return;
    renew(fresh.content);
    say(`Read again at ${clock()}.`, "off");
  } catch {
    say(`Could not read again at ${clock()}. What is shown may be old.`);
  }
};

if (rows) {
  setInterval(refresh, every);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  say(`Reads again every ${every / 1000} seconds.`, "off");
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
