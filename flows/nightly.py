"""The nightly flow: what a scheduler runs. `stages.nightly` is the same without Prefect."""

from flows import settings as told

# Prefect reads its environment once, when it is imported.
told.prepare_prefect(told.home_folder())

from prefect import flow, runtime  # noqa: E402

from flows import tasks  # noqa: E402
from flows.lake import exclusive  # noqa: E402
from flows.settings import Settings  # noqa: E402
from flows.summary import Summary  # noqa: E402

NOT_PUBLISHED = 3  # and beyond it, refused by the source


@flow(name="nightly", validate_parameters=False)
def nightly(settings: Settings | None = None) -> Summary:
    """Bring the warehouse up to date with the archive that the settings name, else the environment."""
    settings = settings or told.load()
    with exclusive(settings.home, settings.store):
        refused = tasks.fetch(settings)
        tasks.document(settings)
        tasks.tables(settings)
        tasks.facts(settings)
        tasks.warehouse(settings)
        tasks.assertions(settings)
        summary = tasks.reports(settings, refused=refused)
        tasks.show(settings, summary)
    # Nobody reads a scheduled run's return value: what was not published must not look green.
    if summary.exit_code >= NOT_PUBLISHED and runtime.deployment.id:
        raise RuntimeError("\n".join(summary.lines))
    return summary
