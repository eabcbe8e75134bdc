"""The formats of datasets, one a file: `recognise(folder)` tells whether it is this one, `load(folder)` reads it."""
