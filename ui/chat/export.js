// Runs once for the component that receives an answer as text: copies it, or saves it as a file.

let presses = 0;
let pressed = null;

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.dl-export");
  if (!button) return;
  pressed = button;
  presses += 1;
  trigger("export_answer", { format: button.name, turn: button.value, press: presses });
});

function save(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "answer.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea"); // pages without TLS on another machine have no clipboard
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

async function hand_over() {
  const made = element.querySelector("#dl-exported");
  if (!made || made.dataset.press !== String(presses)) return;
  const isFile = made.dataset.format === "json";
  let said = isFile ? "Saved" : "Copied";
  try {
    await (isFile ? save : copy)(made.textContent);
  } catch {
    said = "The browser forbids it";
  }
  element.querySelector("[role=status]").textContent = said;
  const name = pressed.textContent;
  pressed.textContent = `${said} ✓`;
  setTimeout((button) => { button.textContent = name; }, 1500, pressed);
}
watch("value", hand_over);
