"""Pages that are read and do nothing: a conversation that somebody shares. They need neither Gradio nor a session."""
