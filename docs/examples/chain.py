"""A library as the retriever in a chain of LangChain: `pip install 'dateline[langchain]'`.

python docs/examples/chain.py LIBRARY "why did Niger revoke the deal?"

The model here is scripted, so that this runs without a key: put your own in its place.
"""

import sys

from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough

from dateline import Library
from dateline.langchain import DatelineRetriever

PROMPT = "Answer from these passages alone, and name the number of each that you use.\n\n{passages}\n\n{question}"


def number(passages: list[Document]) -> str:
    return "\n".join(f"[{n}] {passage.page_content}" for n, passage in enumerate(passages, start=1))


def main(folder: str, question: str) -> None:
    model = FakeListChatModel(responses=["What the first passage says [1]."])
    with Library.open(folder) as library:
        retriever = DatelineRetriever(library=library, k=3)
        passages = {"passages": retriever | number, "question": RunnablePassthrough()}
        chain = passages | ChatPromptTemplate.from_template(PROMPT) | model | StrOutputParser()
        print(chain.invoke(question))
        for n, passage in enumerate(retriever.invoke(question), start=1):
            known = passage.metadata
            print(f"[{n}] {known['title']}, {known['published']}: characters {known['start']} to {known['end']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
