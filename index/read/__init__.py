"""Files to articles."""

from index.read.files import read_file, read_files
from index.read.walk import list_files

__all__ = ["list_files", "read_file", "read_files"]
