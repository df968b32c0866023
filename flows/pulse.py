"""Signs of life of a long run, as text: how much is done, how fast, and how long the rest will take."""

from collections.abc import Callable

from flows.clock import monotonic

EVERY = 30.0  # seconds between two lines of one stage


def pulse(
    say: Callable[[str], None], every: float = EVERY, clock: Callable[[], float] = monotonic
) -> Callable[[str, int, int], None]:
    """Return a callback `(stage, done, total)` that says a line at most every so many seconds, and when all is done."""
    begun: dict[str, tuple[float, int]] = {}
    said: dict[str, tuple[float, int]] = {}

    def beat(stage: str, done: int, total: int) -> None:
        now = clock()
        since, before = begun.setdefault(stage, (now, done))
        last, told = said.setdefault(stage, (now, done))
        if done < told:
            # The stage of the next quarter has begun.
            begun[stage] = said[stage] = (now, done)
            since, before, last, told = now, done, now, done
        if not total or done == told or (done < total and now - last < every):
            return
        said[stage] = now, done
        say(line(stage, done, total, (done - before) / (now - since) if now > since else 0.0))

    return beat


def line(stage: str, done: int, total: int, rate: float) -> str:
    """Return one line; `rate` is in filings (or what else is counted) a second, 0 where it is not known yet."""
    parts = [f"{stage} {done:,} of {total:,}"]
    if rate and total > 1:
        parts.append(_pace(rate))
    if rate and done < total:
        parts.append(f"{duration((total - done) / rate)} left")
    return ", ".join(parts)


def _pace(rate: float) -> str:
    for unit, seconds in (("second", 1), ("minute", 60)):
        if rate * seconds >= 1:
            return f"{rate * seconds:,.1f} a {unit}"
    return f"{rate * 3600:,.1f} an hour"


def duration(seconds: float) -> str:
    """Return a time for the eye: `40 s`, `12 min`, `5 h 20 min`, `3 d 4 h`."""
    for unit, size, smaller, part in (("d", 86400, "h", 3600), ("h", 3600, "min", 60)):
        number, rest = divmod(round(seconds / part) * part, size)
        if number:
            return f"{number} {unit} {rest // part} {smaller}" if rest else f"{number} {unit}"
    return f"{round(seconds / 60)} min" if round(seconds) >= 60 else f"{round(seconds)} s"
