// Runs once, for the whole page: copies an answer, or the address of something, saves an answer as a file, and asks a
// question again without a filter that it named, or as of another day, or puts what it was understood as into the box.

async function fetch_text(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.status);
  return answer.text();
}

// Pages without TLS on another machine have no clipboard; what is selected can be copied there all the same.
function copy_selected(text, as_html) {
  const field = document.createElement("div");
  field.style.whiteSpace = "pre-wrap";
  if (as_html) field.innerHTML = text; // ours: /conversations/… escapes all that is not
  else field.textContent = text;
  document.body.append(field);
  getSelection().selectAllChildren(field);
  document.execCommand("copy");
  field.remove();
}

async function copy(text, as_html) {
  if (!navigator.clipboard) return copy_selected(text, as_html);
  if (!as_html) return navigator.clipboard.writeText(text);
  const plain = new DOMParser().parseFromString(text, "text/html").body.textContent;
  const forms = { "text/html": new Blob([text], { type: "text/html" }), "text/plain": plain };
  return navigator.clipboard.write([new ClipboardItem(forms)]);
}

function save(address) {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

async function hand_over(part) {
  if (part.name === "file") return save(part.value);
  if (part.href) return copy(part.href, false);
  return copy(await fetch_text(part.value), part.name === "html");
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("button.dl-without");
  if (chip) trigger("ask_without", { turn: Number(chip.value), kind: chip.name });
});

// The box is Gradio's, which hears of what stands in it by an event.
document.addEventListener("click", (event) => {
  const edit = event.target.closest("button.dl-edit");
  const box = edit && document.querySelector("#question textarea");
  if (!box) return;
  box.value = edit.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});

document.addEventListener("click", async (event) => {
  const part = event.target.closest("button.dl-export, a.dl-link");
  if (!part) return;
  event.preventDefault();
  const name = part.textContent;
  let said = part.name === "file" ? "Saved ✓" : "Copied ✓";
  await hand_over(part).catch(() => { said = "That did not work"; });
  part.textContent = said;
  element.querySelector("[role=status]").textContent = said;
  setTimeout(() => { part.textContent = name; }, 1500);
});
