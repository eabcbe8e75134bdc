"""A question in, an answer out whose every sentence cites. What other rooms may use."""

from .answering import ask as ask, stream as stream
from .assemble import make_answerer as make_answerer, make_offline_verifier as make_offline_verifier
from .extract.confidence import CONFIDENCE_FILE as CONFIDENCE_FILE
from .provider.completion import (
    Complete as Complete,
    LLMRequest as LLMRequest,
    Piece as Piece,
    complete as complete,
    estimate_cost as estimate_cost,
    make_request as make_request,
)
from .provider.provider_errors import (
    KeyMissing as KeyMissing,
    ProviderError as ProviderError,
    TemporaryError as TemporaryError,
)
from .provider.spending import Spending as Spending, SpentToday as SpentToday
from .question.filters import (
    FILTER_KINDS as FILTER_KINDS,
    FilterKind as FilterKind,
    describe_filters as describe_filters,
    list_kinds as list_kinds,
)
from .question.record import ParsedQuestion as ParsedQuestion, QuestionPart as QuestionPart
from .question.search import SearchResult as SearchResult, search as search
from .question.understand import understand as understand
from .records import (
    Answer as Answer,
    AnswerWords as AnswerWords,
    Citation as Citation,
    Quote as Quote,
    Sentence as Sentence,
    Turn as Turn,
    answer_to_dict as answer_to_dict,
    article_to_dict as article_to_dict,
    filters_to_dict as filters_to_dict,
    hit_to_dict as hit_to_dict,
)
from .settings import OFFLINE as OFFLINE, Settings as Settings, show_settings as show_settings
from .verify.offline_verifier import VERIFIER_FILE as VERIFIER_FILE, Verifier as Verifier, cite_text as cite_text
from .weights import (
    Signals as Signals,
    Weights as Weights,
    read_weights as read_weights,
    weigh_signals as weigh_signals,
)
