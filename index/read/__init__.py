"""Files to articles."""

from index.read.apart import read_files_apart
from index.read.files import read_file, read_files
from index.read.walk import list_files

__all__ = ["list_files", "read_file", "read_files", "read_files_apart"]
