"""The flow that walks the archive quarter by quarter. `stages.backfill` is the same without Prefect."""

from flows import settings as told

# Prefect reads its environment once, when it is imported.
told.prepare_prefect(told.home_folder())

from prefect import flow  # noqa: E402

from flows import tasks, workers  # noqa: E402
from flows.discovery import today  # noqa: E402
from flows.indexes import spans  # noqa: E402
from flows.intake import unlisted  # noqa: E402
from flows.lake import exclusive  # noqa: E402
from flows.summary import Summary  # noqa: E402

AT_MOST = 40  # tasks of quarters in a run: after one of hundreds, Prefect is slow for a minute


@flow(name="backfill")
def backfill(
    first: str = "1993-Q1",
    last: str | None = None,
    bulk: bool = False,
    home: str | None = None,
    archive: str | None = None,
    processes: int | None = None,
    lake: str | None = None,
    runner: str | None = None,
    address: str | None = None,
    rate: float | None = None,
    forms: str | None = None,
    largest: str | None = None,
    filing_memory: str | None = None,
) -> Summary:
    """Fetch and read every filing of some quarters, as 1996-Q1; without a last one, up to the present. Then publish.

    `bulk` takes the bulk files of the days first, for a mirror of everything.
    """
    settings = told.load(
        home=home, archive=archive, processes=processes, lake=lake,
        runner=runner, address=address, rate=rate, forms=forms,
        largest=largest, filing_memory=filing_memory,
    )  # fmt: skip
    refused = None
    with exclusive(settings.home, settings.store):
        with workers.kept(settings.processes):
            for group in spans(first, last, today(settings), AT_MOST):
                # A source that refused is not asked on; what came until then is published.
                refused = refused or tasks.quarters(settings, *group, bulk)
            refused = refused or unlisted(settings) or tasks.left(settings)
            # Of other quarters, what another reader read or a killed run left.
            tasks.document(settings)
            tasks.tables(settings)
            tasks.facts(settings)
        tasks.warehouse(settings)
        tasks.assertions(settings)
        summary = tasks.reports(settings, refused=refused)
        tasks.show(summary, "backfill")
    return tasks.judged(summary)
