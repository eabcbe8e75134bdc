"""Articles in, ranked passages out. See ARCHITECTURE.md."""

from .assemble import make_embedder as make_embedder
from .audit.actors import (
    USER as USER,
    Actor as Actor,
    Entrance as Entrance,
    check_may_write as check_may_write,
    current_actor as current_actor,
    on_behalf_of as on_behalf_of,
    own_actor as own_actor,
)
from .audit.audit_log import AuditLog as AuditLog, append_text as append_text
from .care.check import check_library as check_library
from .care.copying import CopyReport as CopyReport, copy_library as copy_library
from .care.database import (
    describe_database as describe_database,
    grant_right as grant_right,
    init_database as init_database,
    list_rights as list_rights,
    revoke_rights as revoke_rights,
    upgrade_database as upgrade_database,
)
from .care.models_at_hand import ModelState as ModelState, find_models as find_models
from .care.salvage import SalvageReport as SalvageReport, salvage_library as salvage_library
from .care.tables import TableFormat as TableFormat, write_table as write_table
from .clean.article_blocks import (
    BlockWeights as BlockWeights,
    PageKind as PageKind,
    keep_likely as keep_likely,
)
from .errors import (
    ArticleDamaged as ArticleDamaged,
    ArticleMissing as ArticleMissing,
    DatabaseLacking as DatabaseLacking,
    DatabaseLost as DatabaseLost,
    DatabaseUnreachable as DatabaseUnreachable,
    DatelineError as DatelineError,
    DiskFull as DiskFull,
    LibraryDamaged as LibraryDamaged,
    LibraryLocked as LibraryLocked,
    LibraryMissing as LibraryMissing,
    LibraryReadOnly as LibraryReadOnly,
    ModelMissing as ModelMissing,
    NoQuestion as NoQuestion,
    NoRights as NoRights,
    NotALibrary as NotALibrary,
    NotAllowed as NotAllowed,
    NotTrusted as NotTrusted,
    OlderSchema as OlderSchema,
    OtherEmbedder as OtherEmbedder,
    OtherFormat as OtherFormat,
    OtherRuntime as OtherRuntime,
    OtherWeights as OtherWeights,
    UsageError as UsageError,
)
from .extras import list_installed as list_installed, load_litellm as load_litellm, require as require
from .fetch.follow import (
    add_urls as add_urls,
    follow_folders as follow_folders,
    forget_place as forget_place,
    sync_library as sync_library,
)
from .identify import (
    ARTICLE_FIELDS as ARTICLE_FIELDS,
    article_to_fields as article_to_fields,
    make_article as make_article,
    make_article_from_mapping as make_article_from_mapping,
    make_storable as make_storable,
    recall_version as recall_version,
)
from .library import Library as Library
from .models.embedder import Embedder as Embedder, Vectors as Vectors
from .models.model_families import suggest_embedder as suggest_embedder
from .models.model_files import find_model as find_model, hash_file as hash_file
from .models.onnx_export import find_export as find_export
from .models.reader import (
    AnswerSpan as AnswerSpan,
    OnnxReader as OnnxReader,
    Reader as Reader,
    Reading as Reading,
)
from .models.reranker import Reranker as Reranker
from .own_process import set_up_process as set_up_process
from .queue.working import TROUBLE as TROUBLE, Worker as Worker
from .read.files import read_addresses as read_addresses
from .read.means import find_programs as find_programs, find_speech_model as find_speech_model
from .read.page_blocks import DescribedPage as DescribedPage, describe_saved_page as describe_saved_page
from .read.subprocesses import read_files_in_subprocesses as read_files_in_subprocesses
from .read.walk import list_files as list_files
from .records import (
    MOST_PASSAGES as MOST_PASSAGES,
    NO_FILTERS as NO_FILTERS,
    AddReport as AddReport,
    Article as Article,
    Failure as Failure,
    Filters as Filters,
    Hit as Hit,
    Passage as Passage,
    QueueState as QueueState,
    Scope as Scope,
    SearchMode as SearchMode,
    Status as Status,
    Version as Version,
)
from .search.pipeline import PHRASE as PHRASE
from .search.question import LONGEST_QUESTION as LONGEST_QUESTION, check_question as check_question
from .search.recency import NEWEST as NEWEST, measure_freshness as measure_freshness
from .settings import (
    DEFAULT_EMBEDDER as DEFAULT_EMBEDDER,
    DEFAULT_READER as DEFAULT_READER,
    Ignored as Ignored,
    IndexSettings as IndexSettings,
    free as free,
    guarded as guarded,
    is_classified as is_classified,
    list_guarded as list_guarded,
    load_settings as load_settings,
)
from .storage.address import (
    Address as Address,
    Place as Place,
    Right as Right,
    find_own_folder as find_own_folder,
    read_address as read_address,
    read_place as read_place,
)
from .storage.folder import can_write as can_write
from .storage.sqlite.connection import connect_sqlite as connect_sqlite
from .storage.store import ConversationRows as ConversationRows
from .text.collection_names import read_collections as read_collections
from .text.detect_language import guess_language as guess_language
from .text.languages import name_language as name_language
from .text.passages import (
    embedded_text as embedded_text,
    passage_heading as passage_heading,
    split_passages as split_passages,
)
from .text.safe import UNSAFE as UNSAFE, join_lines as join_lines, make_safe as make_safe
from .text.sentences import Span as Span, split_sentences as split_sentences
from .text.spelling import Correction as Correction
from .text.words import content_words as content_words, quoted_phrases as quoted_phrases
from .trust.allowed import allow as allow, is_allowed as is_allowed, own_folder as own_folder
from .trust.trusting import trust_library as trust_library
from .word_places import Box as Box, SourcePlace as SourcePlace, find_place as find_place
