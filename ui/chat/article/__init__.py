"""The article that is open beside the tabs."""
