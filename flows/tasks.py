"""The stages as Prefect's tasks: one task a stage or a few quarters, never one per filing.

No task is cached: what is done and what is left, the ledger says. Only asking the source is tried again, since it may
answer a while later; what runs on this machine would fail again in the same way, and a run that was killed is simply
started anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from prefect import get_run_logger, runtime, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows import changes, harmless, stages
from flows.indexes import Quarter
from flows.intake import Progress, quiet
from flows.pulse import pulse
from flows.repair import mend
from flows.settings import Settings
from flows.summary import Summary, Waiting

AGAIN = 2  # times that a source which refused is asked again
LATER = [60.0, 600.0]  # seconds before each of them; the client has waited out by itself what it could
NOT_PUBLISHED = 3  # exit code; beyond it, refused by the source

# Prefect writes the errors of runs, which quote filings and addresses, to its pages and to the terminal.
harmless.guard_logs()

_watching: ContextVar[Progress] = ContextVar("watching", default=quiet)


class Refused(Exception):
    """The source stopped answering a run that nobody waits for, and will be asked again."""


@contextmanager
def watched(progress: Progress) -> Iterator[None]:
    """Let someone on this side of Prefect watch the tasks that run meanwhile in this process."""
    token = _watching.set(progress)
    try:
        yield
    finally:
        _watching.reset(token)


def _told() -> Progress:
    """Return a callback for a stage: to whoever watches, and as lines in the log of the task."""
    watching, logged = _watching.get(), pulse(get_run_logger().info)

    def both(stage: str, done: int, total: int) -> None:
        watching(stage, done, total)
        logged(stage, done, total)

    return both


def _later(refused: str | None) -> str | None:
    """Have the source asked again where nobody waits; a person is told at once. Raises Refused."""
    if refused and runtime.deployment.id and (runtime.task_run.run_count or 0) <= AGAIN:
        raise Refused(harmless.one_line(refused))
    return refused


def _by_refusal(_task: Any, _run: Any, state: Any) -> bool:
    return isinstance(state.result(raise_on_failure=False), Refused)


def _asking(name: str, run_name: str | None = None) -> Callable[[Callable[..., str | None]], Any]:
    return task(
        name=name,
        task_run_name=run_name,
        cache_policy=NO_CACHE,
        retries=AGAIN,
        retry_delay_seconds=LATER,
        retry_condition_fn=_by_refusal,
    )


@_asking("fetch")
def fetch(settings: Settings) -> str | None:
    """List the archive and fetch what is not held. Returns why the source stopped answering, None if it did not."""
    return _later(stages.fetch(settings, _told()))


@_asking("quarters", "{first} to {last}")
def quarters(
    settings: Settings, first: Quarter, last: Quarter, before: int, total: int, bulk: bool = False
) -> str | None:
    """List, fetch and read some quarters, `before` of `total` being done. Returns why the source stopped answering."""
    overall = _told()
    for number, quarter in enumerate(first.to(last), before + 1):
        get_run_logger().info(f"{quarter}")
        refused = stages.quarter(settings, quarter, _told(), bulk)
        if refused:
            return _later(refused)
        overall("quarters", number, total)
    return None


@_asking("left")
def left(settings: Settings) -> str | None:
    """Fetch what was left for its filer and is ours after all. Returns why the source stopped answering."""
    return _later(stages.fetch_left(settings, _told()))


@task(name="repair", cache_policy=NO_CACHE)
def repair(settings: Settings) -> list[str]:
    """Find what is damaged, and put it where the stages make it again. Returns a line for each."""
    return mend(settings, _told())


@task(name="document", cache_policy=NO_CACHE)
def document(settings: Settings) -> Waiting:
    """Put back what another reader read. Returns what is to be read and what to be built."""
    stages.document(settings, _told())
    return stages.waiting(settings)


@task(name="tables", cache_policy=NO_CACHE)
def tables(settings: Settings) -> None:
    """Read what was fetched into cells."""
    stages.tables(settings, _told())


@task(name="facts", cache_policy=NO_CACHE)
def facts(settings: Settings) -> None:
    """Build the facts of what was read."""
    stages.facts(settings, _told())


@task(name="warehouse", cache_policy=NO_CACHE)
def warehouse(settings: Settings) -> None:
    """Build the database aside."""
    stages.warehouse(settings, _told())


@task(name="assertions", cache_policy=NO_CACHE)
def assertions(settings: Settings) -> None:
    """Run every rule on it."""
    stages.assertions(settings, _told())


@task(name="reports", cache_policy=NO_CACHE)
def reports(settings: Settings, refused: str | None = None) -> Summary:
    """Publish it, or set it aside, and tell how everything stands."""
    return stages.reports(settings, _told(), refused=refused)


@task(name="show", cache_policy=NO_CACHE)
def show(summary: Summary, key: str = "night") -> None:
    """Show in Prefect's pages what the run changed, and the outcomes of every rule."""
    for told in summary.lines:
        get_run_logger().info(harmless.one_line(told))
    create_markdown_artifact(
        changes.page(summary.changes, summary.lines, f"The {key}"), key=key, description="What this run changed."
    )
    if summary.changes:
        create_table_artifact(
            summary.changes.rules, key="reconciliation", description="Outcomes by rule, and how many more than before."
        )


def judged(summary: Summary) -> Summary:
    """Return the summary, or fail the run where nobody reads it: what was not published must not look green."""
    if summary.exit_code >= NOT_PUBLISHED and runtime.deployment.id:
        raise RuntimeError("\n".join(map(harmless.one_line, summary.lines)))
    return summary
