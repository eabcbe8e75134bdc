// Runs once for the component that holds the list of talks: tells the server which was pressed, and keeps the id of
// the talk that is shown in the page's address, so that it is there again after a reload.

const column = element.closest("#talks");
let presses = 0;

element.addEventListener("click", (event) => {
  const talk = event.target.closest("button.dl-talk");
  const act = event.target.closest("button.dl-act");
  if (talk) {
    column.classList.remove("dl-shown");
    presses += 1;
    trigger("open_talk", { talk: talk.value, press: presses });
  } else if (act) trigger(act.name === "rename_talk" ? "rename_talk" : "delete_talk"); // Gradio wants the names whole
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("#show-talks");
  if (button) button.setAttribute("aria-expanded", String(column.classList.toggle("dl-shown")));
});

watch("value", () => {
  const list = element.querySelector("nav");
  if (!list) return;
  const shown = list.dataset.talk;
  const address = new URL(location.href);
  if (shown) address.searchParams.set("talk", shown);
  else address.searchParams.delete("talk");
  history.replaceState(null, "", address);
});
