"""Datasets in, figures out. What other rooms may use."""

from .bench.growth import bench_growth as bench_growth, draw_growth as draw_growth
from .bench.speed import BENCH_MODES as BENCH_MODES, bench_corpus as bench_corpus
from .compare.comparison import (
    AnswerChange as AnswerChange,
    RunComparison as RunComparison,
    compare_runs as compare_runs,
    judge_difference as judge_difference,
)
from .compare.gate import (
    GateRules as GateRules,
    check_rules as check_rules,
    read_rules as read_rules,
    write_junit as write_junit,
)
from .dataset import (
    BUILT_IN_DATASETS as BUILT_IN_DATASETS,
    DATASET_FORMATS as DATASET_FORMATS,
    load_dataset as load_dataset,
    read_seeds as read_seeds,
)
from .fit.calibrate import (
    fit_confidence as fit_confidence,
    list_shown as list_shown,
    measure_confidence as measure_confidence,
    write_confidence as write_confidence,
)
from .fit.verifier import (
    choose_pairs as choose_pairs,
    fit_verifier as fit_verifier,
    measure_verifier as measure_verifier,
    score_pairs as score_pairs,
    write_verifier as write_verifier,
)
from .judge.agreement import LEAST_KAPPA as LEAST_KAPPA, JudgeAgreement as JudgeAgreement, check_judge as check_judge
from .judge.judging import judge_run as judge_run, list_judge_measures as list_judge_measures
from .make.feedback import Feedback as Feedback, write_feedback as write_feedback
from .make.known_items import make_known_items as make_known_items
from .make.own_articles import (
    choose_articles as choose_articles,
    make_from_feedback as make_from_feedback,
    write_dataset as write_dataset,
)
from .make.written_questions import QuestionWriter as QuestionWriter
from .measures.answers import score_inclusion as score_inclusion
from .measures.registry import list_measures as list_measures, name_measure as name_measure
from .report.page import render_report as render_report, write_report as write_report
from .report.sweep_picture import SWEEP_PICTURE as SWEEP_PICTURE, draw_sweep as draw_sweep
from .rows import AnswerRow as AnswerRow, Summary as Summary, Timings as Timings
from .runs.keep_rows import keep_answer as keep_answer
from .runs.replies import Replies as Replies, check_price as check_price
from .runs.run import RunOptions as RunOptions, find_cache as find_cache, run_dataset as run_dataset
from .runs.run_folder import (
    SUMMARY_FILE as SUMMARY_FILE,
    RunFolder as RunFolder,
    is_finished_run as is_finished_run,
    read_run as read_run,
    read_summary as read_summary,
)
from .runs.run_format import interval_to_json as interval_to_json, summary_to_json as summary_to_json
from .runs.sweep import (
    Sweep as Sweep,
    SweepPoint as SweepPoint,
    expand_grid as expand_grid,
    find_best_points as find_best_points,
    read_sweep as read_sweep,
    run_sweep as run_sweep,
)
from .statistics import Interval as Interval
from .topics.speaker_figures import (
    SPEAKER_MEASURES as SPEAKER_MEASURES,
    score_speakers as score_speakers,
    summarise_speakers as summarise_speakers,
)
from .topics.speaker_set import SPEAKER_SETS as SPEAKER_SETS, load_speaker_set as load_speaker_set
from .topics.timeline_figures import (
    TIMELINE_MEASURES as TIMELINE_MEASURES,
    TopicScore as TopicScore,
    score_topics as score_topics,
    summarise_topics as summarise_topics,
)
from .topics.timeline_set import TIMELINE_SETS as TIMELINE_SETS, load_timeline_set as load_timeline_set
