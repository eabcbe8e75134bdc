// Runs once, for the component that holds the masthead: the size of text, which the browser keeps, and the list of keys.

const SIZES = [87.5, 100, 112.5, 125, 150, 175, 200]; // percent of the browser's own
const KEPT = "dateline-text-size";

function read_size() {
  const kept = Number(localStorage.getItem(KEPT));
  return SIZES.includes(kept) ? kept : 100;
}

function set_size(size) {
  document.documentElement.style.fontSize = size === 100 ? "" : `${size}%`;
  localStorage.setItem(KEPT, size);
}

function change_size(steps) {
  const size = SIZES[SIZES.indexOf(read_size()) + steps] ?? read_size();
  set_size(size);
  element.querySelector("[role=status]").textContent = `Text at ${size} percent`;
}

function show_keys() {
  const keys = element.querySelector("#dl-keys");
  if (!keys.open) keys.showModal();
}

element.addEventListener("click", (event) => {
  const tool = event.target.closest("button");
  if (tool?.name === "text-size") change_size(Number(tool.value));
  else if (tool?.name === "keys") show_keys();
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return; // somebody types
  if (event.key === "?") show_keys();
  else if (event.key === "/") {
    event.preventDefault();
    const fields = document.querySelectorAll("#question textarea, #topic input, #topic textarea, #search input, #search textarea");
    [...fields].find((field) => field.offsetParent)?.focus();
  }
});
set_size(read_size());
