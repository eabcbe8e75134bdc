"""List the articles of a folder that tell the same story in the same words.

python docs/examples/near_duplicates.py FOLDER
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from dateline import Library
from index import list_files, read_files_in_subprocesses


def main(folder: str) -> None:
    files = list_files([Path(folder)])
    with TemporaryDirectory() as place, Library.open(place, create=True) as library:
        report = library.add(read_files_in_subprocesses(files, max_mb=20, seconds=60))
        for failure in report.failed:
            print(f"{failure.origin}: {failure.reason}", file=sys.stderr)
        seen: set[str] = set()
        for article in library.articles():
            copies = library.copies(article.id)
            if copies and article.id not in seen:
                seen |= {article.id, *copies}
                print(article.title or article.origin)
                for copy in copies:
                    print(f"    {library.get(copy).origin}")
        print(f"{len(report.added)} articles, of which {len(seen)} have near-duplicates.")


if __name__ == "__main__":
    main(*sys.argv[1:])
