// "/" goes to the search of the page, "?" shows the keys. Who does not want single keys turns them off in that list.

const STORE = "answerprint.keys";
const list = document.getElementById("keys");
const opener = document.getElementById("keys-open");
const choice = document.getElementById("keys-on");

const remembered = () => {
  try { return localStorage.getItem(STORE) !== "off"; } catch { return true; }
};
const remember = (isOn) => {
  try { localStorage.setItem(STORE, isOn ? "on" : "off"); } catch { /* Without storage it holds for this page. */ }
};

const isTyping = (target) => target instanceof HTMLElement
  && (target.isContentEditable || target.matches("input, select, textarea"));

const goToSearch = () => {
  const search = document.querySelector("main input[type=search]");
  search?.focus();
  search?.select();
  return Boolean(search);
};

if (list && opener && choice) {
  choice.checked = remembered();
  opener.hidden = false;
  opener.addEventListener("click", () => list.showModal());
  choice.addEventListener("change", () => remember(choice.checked));
  document.addEventListener("keydown", (event) => {
    if (!choice.checked || list.open || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") { event.preventDefault(); list.showModal(); }
    if (event.key === "/" && goToSearch()) event.preventDefault();
  });
}
