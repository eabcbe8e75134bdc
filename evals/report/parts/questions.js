// Filtering only: without it, every question stands there to be read.

const filters = document.querySelector(".filters");
if (filters) {
  const questions = [...document.querySelectorAll(".question")];
  const buttons = [...filters.querySelectorAll("button")];
  const words = filters.querySelector("input");
  const shown = filters.querySelector(".shown");
  let tag = "";

  const apply = () => {
    const wanted = words.value.trim().toLowerCase();
    let count = 0;
    for (const question of questions) {
      const tagged = !tag || question.dataset.tags.split(" ").includes(tag);
      const found = !wanted || question.textContent.toLowerCase().includes(wanted);
      question.hidden = !(tagged && found);
      count += !question.hidden;
    }
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.tag === tag)));
    shown.textContent = `${count} of ${questions.length} shown`;
  };

  buttons.forEach((button) =>
    button.addEventListener("click", () => {
      tag = button.dataset.tag;
      apply();
    }),
  );
  words.addEventListener("input", apply);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.hidden = false;
  apply();
}
