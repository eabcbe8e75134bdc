"""Datasets in, figures out. What other rooms may use."""

from .bench.growth import bench_growth as bench_growth, draw_growth as draw_growth
from .bench.speed import BENCH_MODES as BENCH_MODES, bench_corpus as bench_corpus
from .compare.comparison import (
    AnswerChange as AnswerChange,
    Comparison as Comparison,
    compare_runs as compare_runs,
    judge_difference as judge_difference,
)
from .compare.gate import (
    GateRules as GateRules,
    check_rules as check_rules,
    read_rules as read_rules,
    write_junit as write_junit,
)
from .compare.sweep import (
    SWEEP_PICTURE as SWEEP_PICTURE,
    SweepPoint as SweepPoint,
    draw_picture as draw_picture,
    expand_grid as expand_grid,
    find_best as find_best,
    read_sweep as read_sweep,
    run_sweep as run_sweep,
)
from .dataset import BUILT_IN as BUILT_IN, FORMATS as FORMATS, load_dataset as load_dataset, read_seeds as read_seeds
from .fit.calibrate import (
    fit_confidence as fit_confidence,
    list_shown as list_shown,
    measure_confidence as measure_confidence,
    write_confidence as write_confidence,
)
from .fit.verifier import (
    choose_pairs as choose_pairs,
    fit_verifier as fit_verifier,
    measure as measure,
    score_pairs as score_pairs,
    write_verifier as write_verifier,
)
from .judge.agreement import LEAST_KAPPA as LEAST_KAPPA, Agreement as Agreement, check_judge as check_judge
from .judge.judging import judge_run as judge_run
from .make.feedback import Feedback as Feedback, write_feedback as write_feedback
from .make.known_items import make_known_items as make_known_items
from .make.own_articles import (
    choose_articles as choose_articles,
    take_feedback as take_feedback,
    write_dataset as write_dataset,
)
from .make.written_questions import QuestionWriter as QuestionWriter
from .measures.answers import score_inclusion as score_inclusion
from .report.page import render_report as render_report, write_report as write_report
from .runs.replies import Replies as Replies, check_price as check_price
from .runs.run import RunOptions as RunOptions, default_cache as default_cache, run_dataset as run_dataset
from .runs.run_folder import (
    SETTINGS as SETTINGS,
    SUMMARY as SUMMARY,
    AnswerRow as AnswerRow,
    RunFolder as RunFolder,
    read_run as read_run,
    read_summary as read_summary,
)
