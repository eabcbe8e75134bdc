// Runs once for the component that holds the bars: a bar that is pressed limits the list to its days.

element.addEventListener("click", (event) => {
  const bar = event.target.closest(".dl-bar-of");
  if (bar) trigger("choose_days", { first: bar.dataset.first, last: bar.dataset.last });
});
