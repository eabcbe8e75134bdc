// Runs once, for the component that holds the article: `element` is its node, `trigger` tells the server,
// `props` and `watch` are its value. The rest of the page is Gradio's.

const PHONE = "(max-width: 760px)";
let opener = null; // the button to which the focus returns
let clicks = 0;

// The buttons that lead where `button` does: the one behind the sentence, and the one in the list.
function twins(button) {
  return document.querySelectorAll(`button[name="${button.name}"][value="${CSS.escape(button.value)}"]`);
}

function mark(button) {
  document.querySelectorAll(".dl-open").forEach((other) => other.classList.remove("dl-open"));
  if (button) twins(button).forEach((twin) => twin.classList.add("dl-open"));
}

function open(button) {
  opener = button;
  mark(button);
  clicks += 1;
  trigger("open_source", { kind: button.name, place: button.value, click: clicks });
}

function show() {
  const article = element.querySelector("#dl-article");
  if (!article) return;
  if (!["0", String(clicks)].includes(article.dataset.click)) return; // 0: not by a click, but by the page's address
  article.focus({ preventScroll: true });
  const target = article.querySelector("mark");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  (target || article).scrollIntoView({ block: target ? "center" : "start", behavior: calm || !matchMedia(PHONE).matches ? "instant" : "smooth" });
}

function close() {
  if (!element.querySelector("#dl-article")) return;
  props.value = "";
  const address = new URL(location.href);
  for (const name of ["article", "text", "quotes"]) address.searchParams.delete(name);
  history.replaceState(null, "", address);
  // An answer that has grown since then has new buttons in the place of the old.
  const target = opener && (opener.isConnected ? opener : twins(opener)[0]);
  mark(null);
  if (target) target.focus();
}

// The source before (-1) or after (1) the one that is open, among those of the conversation or the rows of the table.
function step(way) {
  const place = opener && twins(opener)[0]?.closest("#chat, #overview, #articles");
  const sources = [...(place?.querySelectorAll("button.dl-source, button.dl-row, #overview button.cite") ?? [])];
  const at = sources.findIndex((button) => button.name === opener.name && button.value === opener.value);
  if (sources[at + way]) open(sources[at + way]);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.cite, button.dl-source, button.dl-row");
  if (button) open(button);
  else if (event.target.closest("#dl-close")) close();
  else if (event.target.closest("button.dl-step")) step(Number(event.target.closest("button.dl-step").value));
  else if (event.target.closest("#ask, #stop, #new-conversation, .example") && matchMedia("(pointer: fine)").matches) {
    document.querySelector("#question textarea").focus(); // the button that was pressed may be gone
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
  // Where nothing is typed: in the article, and on what opens one. A modifier is somebody else's key.
  const here = event.target.closest?.("#dl-article, button.cite, button.dl-source, button.dl-row");
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") step(1);
  if (event.key === "p") step(-1);
});
watch("value", show);

// A new question comes to the top, so that its answer grows where it is read. And Gradio names each message
// with its whole source, which a screen reader would read out, tags and all.
let asked = 0;
new MutationObserver(() => {
  const questions = document.querySelectorAll("#chat .dl-question");
  if (questions.length > asked) questions[questions.length - 1].scrollIntoView({ block: "start" });
  asked = questions.length;
  for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) {
    message.removeAttribute("aria-label");
  }
  document.querySelector("#chat .examples[role=list]")?.removeAttribute("role"); // its buttons are no list items
}).observe(element.closest("main"), { attributeFilter: ["aria-label"], childList: true, subtree: true });
