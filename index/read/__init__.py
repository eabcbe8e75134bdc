"""Files to articles."""

from index.read.files import read_addresses, read_file, read_files
from index.read.subprocesses import BytesReader, read_files_in_subprocesses
from index.read.walk import list_files

__all__ = ["BytesReader", "list_files", "read_addresses", "read_file", "read_files", "read_files_in_subprocesses"]
