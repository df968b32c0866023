"""Reading on a Dask cluster: the same rows, a worker that dies, and clusters that are refused."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster

from flows import cluster, fingerprints, settings, stages, workers
from flows.settings import Settings, SettingsError
from tests.homes import SAMPLE, content, home


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of a cluster of two workers, each a process."""
    environment: dict[str, str] = {}
    settings.prepare_workers(environment)
    # A task that took its worker down is not tried on the next one: that is how `flows/README.md` says to start it.
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", env=environment) as started,
    ):
        yield started.scheduler_address


@pytest.mark.usefixtures("bucket_told")
def test_a_cluster_reads_into_a_bucket_what_one_process_reads_into_a_folder(
    address: str, bucket_address: str, sample_night: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "BATCH", 10)
    on_cluster = replace(home(tmp_path, SAMPLE), lake=bucket_address, runner="dask", address=address)
    worked: list[int] = []
    submit = cluster.Cluster.submit

    def watched(self: cluster.Cluster, work: object, /, *given: object) -> object:
        worked.append(self.width)
        return submit(self, work, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(cluster.Cluster, "submit", watched)
    summary = stages.nightly(on_cluster)
    assert summary.exit_code == 0, summary.lines
    assert len(worked) >= 6 and set(worked) == {2}
    assert content(on_cluster.warehouse) == content(sample_night.warehouse)


def dying(number: int) -> int:
    """Take the process down at three."""
    if number == 3:
        os._exit(9)
    if number == 4:
        raise ArithmeticError("not four")
    return number * number


def test_a_worker_that_dies_costs_its_group_only(address: str) -> None:
    with cluster.connected(address) as hands:
        groups = [[number] for number in (1, 4, 3, 5)]
        answers = {group[0]: answer for group, answer in workers.spread(dying, groups, sum, 1, hands)}
    assert (answers[1], answers[5]) == (1, 25)
    assert isinstance(answers[4], ArithmeticError) and isinstance(answers[3], workers.BrokenExecutor)


def test_workers_of_other_code_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "builder", lambda: "another")
    with pytest.raises(SettingsError, match=r"builder \w+, here another.*same versions"), cluster.connected(address):
        pass


def test_a_cluster_without_workers_is_refused() -> None:
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as empty,
        pytest.raises(SettingsError, match=f"{empty.scheduler_address}.*dask worker"),
        cluster.connected(empty.scheduler_address),
    ):
        pass


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with (
        pytest.raises(SettingsError, match=r"tcp://127.0.0.1:9 .*dask scheduler"),
        cluster.connected("tcp://127.0.0.1:9"),
    ):
        pass


def test_what_installs_dask_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingsError, match=r"pip install 'tieout\[dask\]'"), cluster.connected("tcp://127.0.0.1:9"):
        pass


@pytest.mark.parametrize(
    ("runner", "address", "named"),
    [
        ("dask", None, "--address"),
        ("processes", "tcp://127.0.0.1:8786", "--runner dask"),
        (None, "tcp://127.0.0.1:8786", "--runner dask"),
        ("dask", "127.0.0.1:8786", "tcp://HOST:PORT"),
        ("dask", "tcp://somewhere", "tcp://HOST:PORT"),
        ("ray", "tcp://127.0.0.1:8786", "processes or dask"),
    ],
)
def test_a_runner_is_named_with_its_address(runner: str | None, address: str | None, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        settings.load(runner=runner, address=address)


def test_nobody_connects_where_nothing_is_to_be_read(tmp_path: Path) -> None:
    of = replace(home(tmp_path), runner="dask", address="tcp://127.0.0.1:9")
    stages.tables(of)
    stages.facts(of)


def test_a_cluster_that_falls_silent_ends_the_run(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "LONGEST", 0.2)
    with (
        cluster.connected(address) as hands,
        pytest.raises(cluster.ClusterLost, match=f"{address}.*run the same command again"),
    ):
        list(workers.spread(time.sleep, [[2.0], [2.0]], sum, 1, hands))
