"""Ask a library, and print each sentence with the words that it rests on.

python docs/examples/ask.py LIBRARY "why did Niger revoke the deal?"
"""

import sys

from dateline import Library, ask


def main(folder: str, question: str) -> None:
    with Library.open(folder) as library:
        answer = ask(library, question)
    if answer.refused:
        print(answer.reason)
    for sentence in answer.sentences:
        print(sentence.text)
        for marker in sentence.citations:
            citation = answer.citation(marker)
            if citation is not None:
                article = citation.hit.article
                quotes = " … ".join(citation.quoted())
                print(f"    [{marker}] “{quotes}” ({article.title}, {article.published or 'undated'})")


if __name__ == "__main__":
    main(*sys.argv[1:])
