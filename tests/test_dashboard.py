"""The dashboard kept for Superset fits the warehouse; `tests.superset` opens it in Superset itself."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.settings import Settings
from tests.homes import ask

ROOT = Path(__file__).parents[1] / "sql" / "superset"
Parsed = dict[str, Any]


def parsed(kind: str) -> dict[str, Parsed]:
    """The files of one kind by their uuid."""
    read = [yaml.safe_load(file.read_text()) for file in sorted((ROOT / kind).rglob("*.yaml"))]
    return {one["uuid"]: one for one in read}


DATASETS, CHARTS = parsed("datasets"), parsed("charts")


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda one: one["table_name"])
def test_columns_and_metrics_of_a_dataset_are_there(sample_night: Settings, dataset: Parsed) -> None:
    columns = ", ".join(column["column_name"] for column in dataset["columns"])
    metrics = ", ".join(f"{one['expression']} AS {one['metric_name']}" for one in dataset["metrics"])
    source = f"({dataset['sql']})" if "sql" in dataset else f"main.{dataset['table_name']}"
    rows = ask(
        sample_night, f"SELECT {columns}, {metrics} FROM {source} GROUP BY ALL HAVING {metrics.split(' AS ')[0]} > 0"
    )
    assert rows
    assert dataset["database_uuid"] in parsed("databases")


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda one: one["slice_name"])
def test_a_chart_asks_its_dataset_for_what_it_has(chart: Parsed) -> None:
    dataset, asked = DATASETS[chart["dataset_uuid"]], chart["params"]
    columns = {column["column_name"] for column in dataset["columns"]}
    assert {*asked["groupby"], *(one["subject"] for one in asked["adhoc_filters"])} <= columns
    assert asked.get("x_axis", dataset["main_dttm_col"]) in columns
    assert set(asked["metrics"]) <= {one["metric_name"] for one in dataset["metrics"]}


def test_the_dashboard_shows_every_chart_once() -> None:
    (dashboard,) = parsed("dashboards").values()
    shown = [one["meta"] for one in dashboard["position"].values() if isinstance(one, dict) and one["type"] == "CHART"]
    assert sorted(one["uuid"] for one in shown) == sorted(CHARTS) and len(CHARTS) == 4
    assert {one["uuid"]: one["sliceName"] for one in shown} == {key: one["slice_name"] for key, one in CHARTS.items()}
