// Moves the bar of a job that is being made, and shows the page anew once it is done.

const bar = document.getElementById("progress");
const note = document.getElementById("progress-note");

const EVERY = 1000;
const UNDONE = ["waiting", "working"];

const say = (text) => { if (note && note.textContent !== text) note.textContent = text; };

const look = async () => {
  try {
    const answer = await fetch(bar.dataset.ask, { headers: { Accept: "application/json" }, redirect: "error", cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const job = await answer.json();
    if (!UNDONE.includes(job.state)) { location.reload(); return; }
    if (job.total) {
      bar.max = job.total;
      bar.value = job.done;
      // Told in steps of ten, so that who hears the page is not told a hundred times.
      say(`${Math.floor((10 * job.done) / job.total) * 10} %`);
    }
  } catch {
    say("Could not look just now. It is still being made; this page looks again.");
  }
  setTimeout(look, EVERY);
};

if (bar) setTimeout(look, EVERY);
