"""The nightly flow: what a scheduler runs. `stages.nightly` is the same without Prefect."""

from flows import settings as told

# Prefect reads its environment once, when it is imported.
told.prepare_prefect(told.home_folder())

from prefect import flow  # noqa: E402

from flows import tasks, workers  # noqa: E402
from flows.lake import exclusive  # noqa: E402
from flows.summary import Summary  # noqa: E402


@flow(name="nightly")
def nightly(
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
    """Bring the warehouse up to date with the archive; what is not told is taken from the environment."""
    settings = told.load(
        home=home, archive=archive, processes=processes, lake=lake,
        runner=runner, address=address, rate=rate, forms=forms,
        largest=largest, filing_memory=filing_memory,
    )  # fmt: skip
    with exclusive(settings.home, settings.store):
        refused = tasks.fetch(settings)
        tasks.document(settings)
        with workers.kept(settings.processes):
            tasks.tables(settings)
            tasks.facts(settings)
        tasks.warehouse(settings)
        tasks.assertions(settings)
        summary = tasks.reports(settings, refused=refused)
        tasks.show(summary, "night")
    return tasks.judged(summary)
