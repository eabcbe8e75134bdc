// Runs once for the part that gets what is new of a conversation: the page puts that behind what it has.

watch("value", () => trigger("put_together"));
