"""How many articles each day, week, month or year has, by outlet: bars as SVG, and the same as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from ui.escape import escape, escape_line

_WIDTH, _HEIGHT = 1000, 100  # of the picture, in its own units; it is stretched to the page's width
_MOST_BARS = 62
_NAMED = 5  # outlets with a colour of their own
_OTHERS = ""  # which no outlet's name is
_LONGEST = 40  # characters of an outlet's name

Count = tuple[str, str, int]  # day as 2024-03-17, outlet, articles


def draw_days(counts: Sequence[Count]) -> str:
    """The picture with its legend and its table; nothing where all articles are of one day.

    Each bar says in `data-first` and `data-last` which days it stands for.
    """
    days = [date.fromisoformat(day) for day, _, _ in counts]
    if not days or min(days) == max(days):
        return ""
    name, start = _choose_step(min(days), max(days))
    outlets = _list_outlets(counts)
    bars: dict[date, Counter[str]] = {first: Counter() for first in _list_starts(min(days), max(days), start)}
    for day, (_, outlet, count) in zip(days, counts, strict=True):
        bars[start(day)][outlet if outlet in outlets else _OTHERS] += count
    shown = [outlet for outlet in (*outlets, _OTHERS) if any(bar[outlet] for bar in bars.values())]
    total = sum(count for _, _, count in counts)
    most = max(bar.total() for bar in bars.values())
    said = (
        f"{total:,} articles by {name} and outlet, {min(days):%-d %B %Y} to {max(days):%-d %B %Y}, "
        f"at most {most:,} in a {name}"
    )
    return (
        f'<figure class="dl-chart"><figcaption>{said}</figcaption>{_draw(bars, shown, start, said)}'
        f"{_legend(shown)}{_tabulate(bars, shown, name)}</figure>"
    )


def _list_outlets(counts: Sequence[Count]) -> list[str]:
    """The outlets with the most articles, the most first; those without a name are among the others."""
    articles: Counter[str] = Counter()
    for _, outlet, count in counts:
        articles[outlet] += count
    ranked = sorted((outlet for outlet in articles if outlet), key=lambda outlet: (-articles[outlet], outlet))
    return ranked[:_NAMED]


def _choose_step(first: date, last: date) -> tuple[str, Callable[[date], date]]:
    """The name of the shortest step that gives few enough bars, and what leads from a day to the first of its step."""
    steps: tuple[tuple[str, int, Callable[[date], date]], ...] = (
        ("day", 1, lambda day: day),
        ("week", 7, lambda day: day - timedelta(min(day.weekday(), day.toordinal() - 1))),
        ("month", 30, lambda day: day.replace(day=1)),
        ("year", 365, lambda day: day.replace(month=1, day=1)),
    )
    days = (last - first).days
    return next(((name, start) for name, long, start in steps if days / long < _MOST_BARS - 1), ("decade", _to_decade))


def _to_decade(day: date) -> date:
    return date(max(1, day.year - day.year % 10), 1, 1)


def _list_starts(first: date, last: date, start: Callable[[date], date]) -> list[date]:
    """The first day of each step from the one to the other."""
    starts = [start(first)]
    while (following := _find_next(starts[-1], start)) <= last:
        starts.append(following)
    return starts


def _find_next(first: date, start: Callable[[date], date]) -> date:
    """The first day of the step that comes after the one of `first`."""
    for long in (1, 7, 31, 366, 3653):
        if first.toordinal() + long > date.max.toordinal():
            break
        if (following := start(first + timedelta(long))) > first:
            return following
    return date.max


def _draw(bars: dict[date, Counter[str]], shown: Sequence[str], start: Callable[[date], date], said: str) -> str:
    highest = max(bar.total() for bar in bars.values())
    wide = _WIDTH / len(bars)
    drawn = "".join(
        _draw_bar(first, _find_next(first, start) - timedelta(1), bar, shown, (n * wide, wide, _HEIGHT / highest))
        for n, (first, bar) in enumerate(bars.items())
        if bar.total()
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(said)}; the table below says the same">{drawn}</svg>'
        f'<p class="dl-ticks">{_ticks([*bars])}</p>'
    )


def _draw_bar(
    first: date, last: date, bar: Counter[str], shown: Sequence[str], place: tuple[float, float, float]
) -> str:
    """A bar from where it begins, as wide as that, and as high for each article. All of its column can be pressed."""
    x, wide, tall = place
    top, parts = float(_HEIGHT), []
    for n, outlet in enumerate(shown):
        height = tall * bar[outlet]
        top -= height
        if height:
            parts.append(
                f'<rect class="dl-colour-{_number(n, outlet)}" x="{x + wide * 0.1:.2f}" y="{top:.2f}" '
                f'width="{wide * 0.8:.2f}" height="{height:.2f}"/>'
            )
    days = f"{first:%-d %B %Y}" + (f" to {last:%-d %B %Y}" if last > first else "")
    counted = "; ".join(f"{_name(outlet)}: {bar[outlet]:,}" for outlet in shown if bar[outlet])
    return (
        f'<g class="dl-bar-of" data-first="{first}" data-last="{last}">'
        f"<title>{escape_line(f'{days}: {counted}')}</title>{''.join(parts)}"
        f'<rect x="{x:.2f}" y="0" width="{wide:.2f}" height="{_HEIGHT}" fill="transparent"/></g>'
    )


def _ticks(starts: Sequence[date]) -> str:
    """The days that bars begin with, below the first, the last, and one in the middle."""
    middle = [starts[len(starts) // 2]] if len(starts) % 2 and len(starts) > 4 else []
    return "".join(f"<span>{day:%-d %b %Y}</span>" for day in (starts[0], *middle, starts[-1]))


def _legend(shown: Sequence[str]) -> str:
    rows = "".join(
        f'<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="dl-colour-{_number(n, outlet)}" width="10" '
        f'height="10"/></svg>{escape_line(_name(outlet))}</li>'
        for n, outlet in enumerate(shown)
    )
    return f'<ul class="dl-legend">{rows}</ul>'


def _tabulate(bars: dict[date, Counter[str]], shown: Sequence[str], name: str) -> str:
    head = "".join(f'<th scope="col">{escape_line(_name(outlet))}</th>' for outlet in shown)
    rows = "".join(
        f'<tr><th scope="row">{first:%-d %B %Y}</th>{"".join(f"<td>{bar[outlet]:,}</td>" for outlet in shown)}</tr>'
        for first, bar in bars.items()
        if bar.total()
    )
    return (
        '<details class="dl-as-table"><summary>As a table</summary><div tabindex="0" role="region" '
        f'aria-label="Articles by {name} and outlet"><table class="dl-figures"><thead><tr>'
        f'<th scope="col">{name.capitalize()} from</th>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>'
    )


def _number(n: int, outlet: str) -> int:
    """Which colour an outlet has, the `n`th."""
    return n if outlet else _NAMED


def _name(outlet: str) -> str:
    return "Others" if outlet == _OTHERS else outlet if len(outlet) <= _LONGEST else f"{outlet[:_LONGEST]}…"
