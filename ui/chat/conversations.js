// Runs once for the component that holds the list: tells the server which conversation was pressed, and keeps the id of
// the one that is shown in the page's address, so that it is there again after a reload.

const column = element.closest("#conversations");
let presses = 0;

element.addEventListener("click", (event) => {
  const conversation = event.target.closest("button.dl-conversation");
  const act = event.target.closest("button.dl-act");
  if (conversation) {
    column.classList.remove("dl-shown");
    presses += 1;
    trigger("open_conversation", { conversation: conversation.value, press: presses });
  } else if (act?.name === "rename_conversation") trigger("rename_conversation"); // Gradio wants the names whole
  else if (act?.name === "share_conversation") trigger("share_conversation");
  else if (act?.name === "unshare_conversation") trigger("unshare_conversation");
  else if (act?.name === "delete_conversation") trigger("delete_conversation");
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("#show-conversations");
  if (button) button.setAttribute("aria-expanded", String(column.classList.toggle("dl-shown")));
});

watch("value", () => {
  const list = element.querySelector("nav");
  if (!list) return;
  const shown = list.dataset.conversation;
  const address = new URL(location.href);
  if (shown) address.searchParams.set("conversation", shown);
  else address.searchParams.delete("conversation");
  address.searchParams.delete("talk"); // what version 0.1.0 called it
  history.replaceState(null, "", address);
});
