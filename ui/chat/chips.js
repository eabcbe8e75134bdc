// Runs once for the component that holds the chips: tells the server which one was pressed.

element.addEventListener("click", (event) => {
  const chip = event.target.closest("button.dl-chip");
  if (chip) trigger("remove_filter", { chip: chip.value });
});
