// Keeps the right to the bytes alive while the view lasts, draws name and time over the picture, and stops when told.

const screen = document.getElementById("screen");
const player = document.getElementById("player");
const clock = document.getElementById("clock");
const fill = document.getElementById("fill");
const stopped = document.getElementById("stopped");

const EVERY = 25_000;

// The house's clock, not this machine's.
const apart = Date.parse(screen.dataset.now) - Date.now();
const tick = () => {
  clock.textContent = `${new Date(Date.now() + apart).toISOString().slice(0, 19).replace("T", " ")} UTC`;
};

const stop = () => {
  player.pause();
  player.removeAttribute("src");
  player.load();
  stopped.hidden = false;
};

const renew = async () => {
  const body = new URLSearchParams({ token: screen.dataset.token, [screen.dataset.field]: screen.dataset.csrf });
  try {
    const answer = await fetch("/g/visit/token", { method: "POST", body, redirect: "error", cache: "no-store" });
    if (answer.status === 404) { stop(); return false; }
    return answer.ok;
  } catch {
    // The way to the house is down; the next turn asks again.
    return false;
  }
};

let mends = 0;
player.addEventListener("playing", () => { mends = 0; });
player.addEventListener("error", async () => {
  if (!player.getAttribute("src") || mends >= 3) return;
  mends += 1;
  const at = player.currentTime;
  const wasPlaying = !player.paused;
  if (!(await renew())) return;
  player.load();
  player.currentTime = at;
  if (wasPlaying) player.play().catch(() => {});
});

fill.hidden = !document.fullscreenEnabled;
// The frame fills the screen and not the picture alone, so that the name stays over it.
fill.addEventListener("click", () => screen.requestFullscreen());

setInterval(tick, 1000);
setInterval(renew, EVERY);
