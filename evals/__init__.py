"""Datasets in, figures out. What other rooms may use is named in `__init__.pyi`."""

import lazy_loader

# Loaded when first used: the processes that read files do without most of it, and so does `dateline --help`.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
