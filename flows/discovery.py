"""Which index files a run reads, and what it makes of each.

A night reads the indexes of the last days again, since late entries are added to them, and once a week the full
indexes of this and the last quarter, which are rebuilt after corrections and alone tell what was withdrawn. An archive
without daily indexes is read by its full indexes.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flows import clock, indexes
from flows.archives import Archive, BrokenFiling, Index, Known, daily_index_name, days_name, full_index_name
from flows.indexes import Quarter
from flows.register import Register, Taken
from flows.settings import Settings

FIRST = Quarter(1993, 1)  # EDGAR's oldest quarterly index
OVERLAP = timedelta(days=7)  # in which an index of a day may still grow
WEEK = 7  # days after which full indexes are read again
LONGEST_GAP = timedelta(days=28)  # without a night, after which full indexes take fewer requests
SOURCE_TIME = ZoneInfo("America/New_York")
Take = Callable[[Taken], None]


def register(settings: Settings) -> Register:
    """Open the register of the archive that the settings name."""
    return Register(settings.store, settings.archive, today(settings))


def today(settings: Settings) -> date:
    """Return the day it is at the source."""
    return settings.today or clock.now().astimezone(SOURCE_TIME).date()


def night(settings: Settings, source: Archive, register: Register, take: Take) -> None:
    """Read the index files that a night must read, and hand what each lists to `take`. Raises SourceError."""
    now = today(settings)
    last = register.last_day()
    since = min(last or now, now) - OVERLAP
    days = _days(source, register, since, now)
    if days is None:
        _full(settings, source, register, take, _quarters(source, register, now))
        return
    for day in days:
        name = daily_index_name(day)
        _read(settings, register, take, name, lambda known, day=day: source.daily_index(day, known), None)
    # Full indexes come last: they hold corrections that those of days never get.
    if last is None or now - last > LONGEST_GAP:
        first = min(Quarter.of(since), Quarter.of(now).before)
        _full(settings, source, register, take, first.to(Quarter.of(now)))
    elif register.is_due(full_index_name(Quarter.of(now)), WEEK):
        _full(settings, source, register, take, (Quarter.of(now).before, Quarter.of(now)))


def quarter(settings: Settings, source: Archive, register: Register, take: Take, of: Quarter) -> None:
    """Read the full index of one quarter, for a back-fill. Raises SourceError."""
    _full(settings, source, register, take, (of,))


def _days(source: Archive, register: Register, since: date, now: date) -> list[date] | None:
    """Return the days from `since` on that have an index, None where the archive has none at all.

    The listing of a quarter's days that does not come whole is entered as any index file is, and asked for again by the
    next run; until then these days are not known.
    """
    found: list[date] = []
    some = False
    for one in Quarter.of(since).to(Quarter.of(now)):
        try:
            days = source.days(one)
        except BrokenFiling as broken:
            some = True
            register.enter_broken(days_name(one), str(broken))
            continue
        some = some or days is not None
        found += days or []
        register.forget_broken(days_name(one))
    register.save()
    return [day for day in found if since <= day <= now] if some else None


def _quarters(source: Archive, register: Register, now: date) -> Iterator[Quarter]:
    """Yield the quarters whose full index may be there: all of them, but of those that were not, only once a week."""
    held = source.quarters()
    for one in FIRST.to(Quarter.of(now)) if held is None else held:
        name = full_index_name(one)
        if held is not None or not register.is_absent(name) or register.is_due(name, WEEK):
            yield one


def _full(settings: Settings, source: Archive, register: Register, take: Take, quarters: Iterable[Quarter]) -> None:
    for one in quarters:
        name = full_index_name(one)
        _read(settings, register, take, name, lambda known, one=one: source.full_index(one, known), one)


def _read(
    settings: Settings,
    register: Register,
    take: Take,
    name: str,
    ask: Callable[[Known | None], Index | None],
    whole: Quarter | None,
) -> None:
    """Take what an index file lists, and enter the file; one that does not come whole is read by the next run."""
    try:
        index = ask(register.known(name, settings.forms))
    except BrokenFiling as broken:
        register.enter_broken(name, str(broken))
        register.save()
        return
    if index is None:
        register.enter_absent(name)
    elif index.text is None:
        register.enter_again(name)
    else:
        listed, strange = indexes.parse(name, index.text, settings.forms)
        register.begin([Quarter.of(one.filed_date) for one in listed] + ([whole] if whole else []))
        taken = register.take(index, listed, whole, indexes.reaches_to(index.text))
        take(taken)
        register.finish()
        if taken.doubt:
            register.enter_broken(name, taken.doubt)
        else:
            register.enter(index, settings.forms, len(listed), strange)
    register.save()
