"""Write the timeline of a topic to a CSV file, a line for each event and source.

python docs/examples/timeline_to_csv.py LIBRARY "US troops in Niger" timeline.csv
"""

import csv
import sys
from pathlib import Path

from dateline import Library
from rag import make_timeline


def main(folder: str, topic: str, file: str) -> None:
    with Library.open(folder) as library:
        timeline = make_timeline(library, topic)
    articles = {citation.marker: citation.hit.article for citation in timeline.citations}
    with Path(file).open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["date", "event", "outlet", "title", "article"])
        for event in timeline.events:
            for marker in event.citations:
                article = articles[marker]
                writer.writerow([event.when, event.text, article.source, article.title, article.id])
    print(f"{len(timeline.events)} events are in {file}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
