"""A question in, an answer out whose every sentence cites. What other rooms may use."""

from .answering import ask as ask, stream as stream
from .assemble import (
    make_answerer as make_answerer,
    make_follow_up_writer as make_follow_up_writer,
    make_offline_verifier as make_offline_verifier,
)
from .disagreements.record import (
    Disagreement as Disagreement,
    Side as Side,
    disagreement_from_dict as disagreement_from_dict,
    disagreement_to_dict as disagreement_to_dict,
)
from .disagreements.topic import (
    TopicDisagreements as TopicDisagreements,
    find_disagreements as find_disagreements,
    topic_to_dict as topic_to_dict,
)
from .english.gate import (
    Speech as Speech,
    find_speech as find_speech,
    is_english as is_english,
    is_same_speaker as is_same_speaker,
)
from .event_log import ON_STDERR as ON_STDERR, EventLog as EventLog
from .extract.confidence import CONFIDENCE_FILE as CONFIDENCE_FILE
from .other_language import find_other_language as find_other_language
from .overview.brief import make_brief as make_brief
from .overview.records import (
    Brief as Brief,
    BriefLine as BriefLine,
    BriefSection as BriefSection,
    Event as Event,
    Timeline as Timeline,
    brief_to_dict as brief_to_dict,
    timeline_to_dict as timeline_to_dict,
)
from .overview.statements import (
    Statement as Statement,
    Statements as Statements,
    find_statements as find_statements,
    statements_to_dict as statements_to_dict,
)
from .overview.timeline import grow_timeline as grow_timeline, make_timeline as make_timeline
from .provider.completion import (
    Complete as Complete,
    LLMRequest as LLMRequest,
    Piece as Piece,
    complete as complete,
    estimate_cost as estimate_cost,
    make_request as make_request,
)
from .provider.keys import read_key as read_key
from .provider.provider_errors import (
    KeyMissing as KeyMissing,
    NothingAnswers as NothingAnswers,
    ProviderError as ProviderError,
    TemporaryError as TemporaryError,
)
from .provider.spending import Spending as Spending, SpentToday as SpentToday
from .question.day_words import (
    Chosen as Chosen,
    ChosenDays as ChosenDays,
    read_chosen_days as read_chosen_days,
    read_chosen_filters as read_chosen_filters,
)
from .question.filters import (
    FILTER_KINDS as FILTER_KINDS,
    FilterKind as FilterKind,
    describe_filters as describe_filters,
    list_kinds as list_kinds,
)
from .question.record import ParsedQuestion as ParsedQuestion, QuestionPart as QuestionPart
from .question.search import SearchResult as SearchResult, search as search
from .question.spelling import describe_corrections as describe_corrections
from .question.understand import understand as understand
from .records import (
    Answer as Answer,
    AnswerWords as AnswerWords,
    Citation as Citation,
    Quote as Quote,
    Sentence as Sentence,
    Translation as Translation,
    Turn as Turn,
    answer_to_dict as answer_to_dict,
    article_to_dict as article_to_dict,
    citation_to_dict as citation_to_dict,
    corrections_to_dict as corrections_to_dict,
    cut_lead as cut_lead,
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
