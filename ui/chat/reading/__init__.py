"""Pages that are read and do nothing: a conversation that is shared, and articles side by side. They need no Gradio."""
