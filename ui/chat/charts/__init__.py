"""Pictures of numbers, as SVG that follows the page by day and by night."""
