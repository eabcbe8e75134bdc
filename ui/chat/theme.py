"""The page's colours and type, by day and by night, as a Gradio theme. All fonts are the reader's own."""

from __future__ import annotations

import gradio as gr

SERIF = ("Charter", "Iowan Old Style", "Source Serif 4", "Source Serif Pro", "Georgia", "Liberation Serif", "serif")
SANS = ("ui-sans-serif", "system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")

# name: (by day, by night). `style.css` uses the same names.
_PAPER = ("#fbfaf6", "#171614")
_SHEET = ("#ffffff", "#201e1b")
_INK = ("#1c1b19", "#ebe6dc")
_FADED = ("#5d594f", "#aaa394")
_RULE = ("#dcd8cc", "#3a3731")
_ACCENT = ("#1d4f7c", "#92bfe6")
_ON_ACCENT = ("#ffffff", "#10202e")


def make_theme() -> gr.themes.Base:
    """The theme of the chat page."""
    theme = gr.themes.Base(
        font=SANS, font_mono=MONO, radius_size=gr.themes.sizes.radius_sm, text_size=_scale(gr.themes.sizes.text_md)
    )
    colours = {
        "body_background_fill": _PAPER,
        "body_text_color": _INK,
        "body_text_color_subdued": _FADED,
        "background_fill_primary": _PAPER,
        "background_fill_secondary": _SHEET,
        "block_background_fill": _PAPER,
        "block_label_text_color": _FADED,
        "border_color_primary": _RULE,
        "border_color_accent": _ACCENT,
        "color_accent": _ACCENT,
        "color_accent_soft": _SHEET,
        "input_background_fill": _SHEET,
        "input_background_fill_focus": _SHEET,
        "input_border_color": _RULE,
        "input_border_color_focus": _ACCENT,
        "input_placeholder_color": _FADED,
        "button_primary_background_fill": _ACCENT,
        "button_primary_background_fill_hover": _ACCENT,
        "button_primary_text_color": _ON_ACCENT,
        "button_primary_border_color": _ACCENT,
        "button_secondary_background_fill": _PAPER,
        "button_secondary_background_fill_hover": _SHEET,
        "button_secondary_text_color": _INK,
        "button_secondary_border_color": _RULE,
        "link_text_color": _ACCENT,
    }
    once = {"color_accent"}  # what a theme has in one shade only is set for the night in style.css
    values = {name: day for name, (day, _) in colours.items()}
    values |= {f"{name}_dark": night for name, (_, night) in colours.items() if name not in once}
    return theme.set(**values)


def _scale(sizes: gr.themes.sizes.Size) -> gr.themes.sizes.Size:
    """The same sizes of text as parts of the page's own, which the reader sets, and not in pixels."""
    return gr.themes.sizes.Size(*(f"{float(size.removesuffix('px')) / 16}rem" for size in sizes.expand()))
