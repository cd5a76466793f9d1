// Reads pictures out: what lies under the pointer, or where the arrow keys have gone, is written below the picture. The
// same words stand in the <title> of each mark, and the whole in the table behind; without this nothing is lost.
// A part of a page that takes longer than the page is fetched when that is there; without this it is a link.

const readAloud = (picture) => {
  const marks = [...picture.querySelectorAll("[data-reading]")];
  if (!marks.length) return;
  const line = document.createElement("p");
  line.className = "reading";
  line.setAttribute("role", "status");
  const hint = "Arrow keys or the pointer read the picture, mark by mark.";
  line.textContent = hint;
  picture.after(line);
  let at = -1;
  const read = (place) => {
    marks[at]?.classList.remove("is-read");
    at = place;
    marks[at]?.classList.add("is-read");
    line.textContent = marks[at]?.querySelector("title")?.textContent ?? hint;
  };
  const columns = Number(picture.dataset.columns ?? 1);
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  picture.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = at < 0 ? 0 : at + step;
    if (next < 0 || next >= marks.length) return;
    event.preventDefault();
    read(next);
    marks[next].scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  picture.addEventListener("pointerover", (event) => {
    const mark = event.target.closest("[data-reading]");
    if (mark) read(marks.indexOf(mark));
  });
  picture.addEventListener("blur", () => read(-1));
  picture.addEventListener("pointerleave", () => { if (document.activeElement !== picture) read(-1); });
};

const fill = async (part) => {
  const answer = await fetch(part.dataset.part, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!answer.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("pictures");
  if (!found) return;
  part.replaceChildren(found);
  part.querySelectorAll("[data-reads]").forEach(readAloud);
};

document.querySelectorAll("[data-reads]").forEach(readAloud);
// Where it cannot be fetched, the link stays.
document.querySelectorAll("[data-part]").forEach((part) => fill(part).catch(() => {}));
