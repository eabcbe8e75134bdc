// Runs before the page is drawn: night where the reader's system has it, text in the size that was set. And what is pressed opens an article without
// loading all else again; without this script, the form does the same by loading the page.

document.documentElement.classList.toggle("dark", matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.style.fontSize = `${Number(localStorage.getItem("dateline-text-size")) || 100}%`;

function show_quote() {
  const article = document.querySelector("#dl-article");
  if (!article) return;
  article.focus({ preventScroll: true });
  (article.querySelector("mark") ?? article).scrollIntoView({ block: article.querySelector("mark") ? "center" : "start" });
}

document.addEventListener("submit", async (event) => {
  if (!event.submitter?.name) return;
  event.preventDefault();
  const address = new URL(event.target.action);
  address.search = new URLSearchParams({ [event.submitter.name]: event.submitter.value });
  address.hash = "";
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return location.assign(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("#evidence").replaceWith(page.querySelector("#evidence"));
  document.querySelectorAll(".dl-open").forEach((other) => other.classList.remove("dl-open"));
  event.submitter.classList.add("dl-open");
  history.replaceState(null, "", address);
  show_quote();
});
