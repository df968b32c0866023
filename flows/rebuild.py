"""The flow that reads again what another reader read, from the bytes kept. `stages.rebuild` is it without Prefect."""

from flows import settings as told

# Prefect reads its environment once, when it is imported.
told.prepare_prefect(told.home_folder())

from prefect import flow  # noqa: E402

from flows import summary, tasks, workers  # noqa: E402
from flows.lake import exclusive  # noqa: E402
from flows.summary import Summary  # noqa: E402


@flow(name="rebuild")
def rebuild(
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
    """Read again what a change of the code touches or what is damaged, and publish; the archive is not asked."""
    settings = told.load(
        does=told.READS,
        home=home, archive=archive, processes=processes, lake=lake,
        runner=runner, address=address, rate=rate, forms=forms,
        largest=largest, filing_memory=filing_memory,
    )  # fmt: skip
    with exclusive(settings.home, settings.store):
        mended = tasks.repair(settings)
        waiting = tasks.document(settings)
        with workers.kept(settings.processes):
            tasks.tables(settings)
            tasks.facts(settings)
        tasks.warehouse(settings)
        tasks.assertions(settings)
        done = summary.rebuilt(tasks.reports(settings), waiting, mended)
        tasks.show(done, "rebuild")
    return tasks.judged(done)
