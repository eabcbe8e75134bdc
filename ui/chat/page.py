"""The page's parts: the masthead, the tabs, and the article that is open beside them."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from index import Library
from ui.api.service import Service
from ui.chat.article.panel import ArticlePanel
from ui.chat.conversation_store import open_conversations
from ui.chat.session import Sessions
from ui.chat.shared import QUICK, Shared, Tab, render_masthead
from ui.chat.tabs.ask import AskTab
from ui.chat.tabs.evals import EvalsTab
from ui.chat.tabs.library import LibraryTab
from ui.chat.tabs.topic import TopicTab
from ui.server.page_events import QuietBlocks

HERE = Path(__file__).parent
STYLES = tuple(HERE / f"{name}.css" for name in ("layout", "style", "tabs", "topic", "conversations", "charts"))


class ChatPage:
    """The page over one library, and over the runs in one folder. With `read_only` it adds and removes nothing.

    `account` is where readers see who they are, and leave; empty where nobody had to come in. With `by_user`, what is
    counted is not the same for everybody, and nothing of it is made before somebody asks.
    """

    def __init__(
        self,
        library: Library,
        service: Service,
        runs: Path,
        *,
        read_only: bool = False,
        account: str = "",
        by_user: bool = False,
    ) -> None:
        self._by_user = by_user
        self._library = library
        self._account = account
        self._store = open_conversations(library)
        self.sessions = Sessions(self._store)
        self._evidence = ArticlePanel(library, self.sessions, read_only=read_only)
        self._tabs: tuple[Tab, ...] = (
            AskTab(library, service, self.sessions, read_only=read_only),
            TopicTab(library, service),
            LibraryTab(library, service, read_only=read_only),
            EvalsTab(runs),
        )

    def build(self) -> QuietBlocks:
        """Make the Gradio app."""
        with QuietBlocks(title="Dateline", analytics_enabled=False, fill_width=True) as blocks:
            conversation = gr.Textbox("", label="Conversation", visible="hidden", elem_id="conversation-id")
            script = (HERE / "masthead.js").read_text()
            masthead = gr.HTML("" if self._by_user else self.masthead, elem_id="masthead", js_on_load=script)
            with gr.Row(elem_id="desk", equal_height=False):
                with gr.Column(elem_id="work", scale=6, min_width=300), gr.Tabs(elem_id="tabs"):
                    for tab in self._tabs:
                        with gr.Tab(
                            tab.NAME, id=tab.NAME, elem_id=f"tab-{tab.NAME.lower()}", render_children=True
                        ) as part:
                            tab.build(part)
                with gr.Column(elem_id="evidence", scale=5, min_width=300):
                    article = self._evidence.build()
            shared = Shared(blocks, conversation, article, gr.State(None), gr.State(self._library.status().generation))
            opened = [blocks.load] if self._by_user else []
            gr.on([*opened, shared.generation.change], self.masthead, None, masthead, **QUICK)
            self._evidence.wire(shared)
            for tab in self._tabs:
                tab.wire(shared)
        self._blocks: QuietBlocks = blocks
        built: QuietBlocks = blocks
        return built

    def masthead(self) -> str:
        """The page's name, and what the library holds now."""
        way = f'<p><a href="{self._account}">Account</a></p>' if self._account else ""
        return render_masthead(self._library) + way

    def stop_streams(self) -> None:
        """Tell open pages that there is no more to come."""
        self._blocks._queue.close()
        self._blocks.is_running = False
        self._blocks.app.stop_event.set()

    def close(self) -> None:
        """Stop the answers under way; returns when the models have noticed."""
        self.sessions.close()
        self._store.close()
