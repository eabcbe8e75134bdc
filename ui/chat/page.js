// Runs once, for the component that holds the article: `element` is its node, `trigger` tells the server,
// `props` and `watch` are its value. The rest of the page is Gradio's.

const PHONE = "(max-width: 760px)";
let opener = null; // the button to which the focus returns
let clicks = 0;

function open(button) {
  opener = button;
  clicks += 1;
  trigger("open_source", { kind: button.name, place: button.value, click: clicks });
}

function show() {
  const article = element.querySelector("#dl-article");
  if (!article || article.dataset.click !== String(clicks)) return;
  article.focus({ preventScroll: true });
  const target = article.querySelector("mark") || article;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({ block: "center", behavior: calm || !matchMedia(PHONE).matches ? "instant" : "smooth" });
}

function close() {
  if (!element.querySelector("#dl-article")) return;
  props.value = "";
  // An answer that has grown since then has new buttons in the place of the old.
  const again = opener && document.querySelector(`button[name="${opener.name}"][value="${opener.value}"]`);
  const target = opener && opener.isConnected ? opener : again;
  if (target) target.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.cite, button.dl-source");
  if (button) open(button);
  else if (event.target.closest("#dl-close")) close();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
watch("value", show);
