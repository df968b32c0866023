# /// script
# [tool.marimo.display]
# theme = "light"
# ///
"""The viewer: one deal of the published warehouse in the browser, as a marimo app that `tieout view` starts.

It asks through `dossier` only, which reads; everything it loads comes from the machine it runs on.
"""

import marimo

app = marimo.App(width="medium", app_title="tieout")

with app.setup:
    from datetime import date, datetime, time

    import marimo as mo

    from flows import audit, charts, dossier, harmless, sections, sheets, warehouse
    from flows import settings as told


@app.cell
def _():
    settings = told.load(**{name: str(value) for name, value in mo.cli_args().to_dict().items()})
    try:
        published = audit.snapshot(settings)
    except warehouse.WarehouseError as problem:
        mo.stop(True, mo.callout(harmless.one_line(str(problem)), kind="danger"))
    mo.Html(
        sheets.STYLE
        + sheets.head(1, "tieout")
        + sheets.about(f"{settings.warehouse}, snapshot {published['id']}, published {published['published']} UTC")
    )
    return (settings,)


@app.cell
def _():
    text = mo.ui.text(label="Find a deal", placeholder="name, file number, CIK or CUSIP", full_width=True)
    kind = mo.ui.radio(
        [dossier.LATEST, dossier.FIRST, dossier.AS_OF], value=dossier.LATEST, inline=True, label="Reports"
    )
    day = mo.ui.date(value=date.today().isoformat(), label="on")
    doubtful = mo.ui.checkbox(label="with readings that their own arithmetic contradicts")
    return day, doubtful, kind, text


@app.cell
def _(settings, text):
    found = dossier.ask(settings, "find", text=text.value.strip())
    deals = {
        harmless.one_line(
            f"{row['deal_name']} ({row['deal_id']}), reports: {row['reports']}"
            + (f", found by {row['found_by']}" if text.value.strip() else "")
        ): row["deal_id"]
        for row in found
    }
    number = found[0]["found"] if found else 0
    chosen = mo.ui.dropdown(
        deals,
        value=next(iter(deals), None),
        label=f"{number:,} found" + (f", the first {len(found)} of them" if number > len(found) else ""),
        full_width=True,
        searchable=True,
    )
    return (chosen,)


@app.cell
def _(chosen, day, doubtful, kind, text):
    version = dossier.Version(
        kind.value,
        datetime.combine(day.value or date.today(), time.max) if kind.value == dossier.AS_OF else None,
        doubtful.value,
    )
    choice = [kind, day] if kind.value == dossier.AS_OF else [kind]
    mo.vstack([text, chosen, mo.hstack([*choice, doubtful], justify="start", gap=2)])
    return (version,)


@app.cell
def _(chosen, settings, text, version):
    mo.stop(
        chosen.value is None,
        mo.callout(f"No deal goes by {text.value!r}: try a part of its name, or leave the field empty.", kind="warn"),
    )
    deal = chosen.value
    (about,) = dossier.ask(settings, "deal", deal=deal)
    reports = dossier.ask(settings, "reports", version, deal=deal)
    mo.Html(
        sheets.head(2, about["deal_name"])
        + sheets.facts(
            [
                ("trustee", about["trustees"] or ""),
                ("SEC file number", about["file_numbers"] or ""),
                ("CIK", about["ciks"] or ""),
                ("closed", sheets.shown(about["closing_date"], "date")),
                ("first distribution", sheets.shown(about["first_distribution_date"], "date")),
                ("original pool balance", sheets.shown(about["original_pool_balance"], "money")),
                ("reports", f"{len(reports):,}" + sections.span(reports, "distribution_date")),
            ]
        )
    )
    return deal, reports


@app.cell
def _(deal, reports, settings, version):
    months = dossier.ask(settings, "months", version, deal=deal)
    balances = dossier.ask(settings, "balances", version, deal=deal)
    dates = {f"{row['distribution_date']}, version {row['version_no']}": row["report_id"] for row in reports}
    of_month = mo.ui.dropdown(dates, value=next(iter(dates), None), label="Classes on", searchable=True)
    return balances, months, of_month


@app.cell
def _(balances, deal, months, of_month, settings, version):
    classes = dossier.ask(settings, "classes", version, deal=deal, report=of_month.value) if of_month.value else []
    balance = {"pool_end": "pool", "cls_end": "certificates"}
    of_balances = [
        charts.lines(
            months, balance, "balance (million USD)", "Balance at the end of each month", scale=charts.MILLION
        ),
        charts.lines(
            months, {"pool_factor": "pool factor"}, "share of the original balance", "Pool factor", percent=True
        ),
        charts.by_class(balances, "Ending balance by class"),
    ]
    history = mo.vstack(
        [
            *(chart for chart in of_balances if chart is not None),
            mo.Html(
                sheets.STYLE
                + (
                    sheets.head(3, "Month by month") + sheets.about(sections.MONTHS)
                    if months
                    else sheets.about(sections.NO_REPORT)
                )
                + sheets.sheet(sections.MONTH, months[::-1])
            ),
            of_month,
            mo.Html(
                sheets.STYLE
                + sheets.about(sections.CLASSES)
                + sheets.sheet(sections.CLASS, classes, faint="is_notional")
            ),
        ]
    )
    return (history,)


@app.cell
def _(deal, settings, version):
    past_due = dossier.ask(settings, "delinquency", version, deal=deal)
    groups = list(dict.fromkeys(row["group_code"] for row in past_due))
    group = mo.ui.dropdown(
        groups, value="ALL" if "ALL" in groups else next(iter(groups), None), label="Group", searchable=True
    )
    return group, past_due


@app.cell
def _(group, past_due):
    of_group = [
        row | {"base": sections.base(row["balance_base_name"])} for row in past_due if row["group_code"] == group.value
    ]
    share = "share of the " + " or ".join(sorted({row["base"] for row in of_group}))
    of_due = [
        charts.lines(of_group, sections.DUE, share, "Behind with payments, by balance", percent=True),
        charts.lines(of_group, sections.TAKEN, share, "Foreclosure, bankruptcy, REO, by balance", percent=True),
    ]
    delinquency = mo.vstack(
        [
            group,
            *(chart for chart in of_due if chart is not None),
            mo.Html(
                sheets.STYLE
                + sheets.about(sections.SHARES if of_group else "No delinquency is read from these reports.")
                + sheets.sheet(sections.PAST_DUE, of_group[::-1])
            ),
        ]
    )
    return (delinquency,)


@app.cell
def _():
    severities = mo.ui.multiselect(["error", "warn", "info"], value=["error", "warn"], label="Breaches of severity")
    return (severities,)


@app.cell
def _(deal, settings, severities, version):
    rules = dossier.ask(settings, "rules", version, deal=deal)
    breaches = dossier.ask(settings, "breaches", version, deal=deal)
    told_of = [row for row in breaches if row["severity"] in severities.value]
    reconciliation = mo.vstack(
        [
            mo.Html(
                sheets.STYLE + sheets.head(3, "Outcomes") + sheets.about(sections.OUTCOMES)
                + sheets.sheet(sections.OUTCOME, dossier.outcomes(rules), loud="loud")
            ),
            severities,
            mo.Html(
                sheets.STYLE
                + sheets.about(f"{len(told_of):,} of {len(breaches):,} breaches. {sections.BREACHES}")
                + sheets.sheet(sections.BREACH, told_of, faint="waived")
            ),
            mo.Html(sheets.STYLE + sheets.head(3, "Rules") + sheets.sheet(sections.RULE, rules, loud="loud")),
        ]
    )  # fmt: skip
    return (reconciliation,)


@app.cell
def _(reports):
    filed = {
        f"{row['distribution_date']}, version {row['version_no']}, {row['form_type']} {row['accession_number']}": row[
            "report_id"
        ]
        for row in reports
    }
    report = mo.ui.dropdown(filed, value=next(iter(filed), None), label="Report", full_width=True, searchable=True)
    return (report,)


@app.cell
def _(report, settings):
    tables = dossier.ask(settings, "facts", report=report.value) if report.value else []
    names = {
        f"{row['fact']} ({row['cells']:,} printed values, {row['proof'] or 'no proof'})": row["fact"] for row in tables
    }
    wide = next((name for name in names if name.startswith("fact_collateral")), next(iter(names), None))
    fact = mo.ui.dropdown(names, value=wide, label="Fact table", full_width=True, searchable=True)
    return (fact,)


@app.cell
def _(fact, report, settings):
    cells = dossier.ask(settings, "cells", report=report.value, fact=fact.value) if fact.value else []
    shown = [sections.cell(row) for row in cells]
    value = mo.ui.table(
        shown, selection="single", initial_selection=[0] if shown else None, page_size=12, show_download=False,
        show_column_summaries=False, show_data_types=False, label="Choose a value",
    )  # fmt: skip
    return (value,)


@app.cell
def _(fact, report, settings, value):
    if value.value:
        cell, around = dossier.source(settings, report.value, value.value[0][sections.PLACE], 12)
        line = dict(around)[cell["line_no"]]
        where = mo.Html(
            sheets.STYLE
            + sheets.head(3, "Where it is printed")
            + sheets.facts(sections.origin(cell, line))
            + sheets.printed(around, cell["line_no"], cell["col_start"], cell["col_end"])
        )
    else:
        where = mo.Html(sheets.STYLE + sheets.about("Choose a value to see the line that prints it."))
    source = mo.vstack([report, fact, value, where])
    return (source,)


@app.cell
def _(deal, settings):
    # Asked when it is looked at: it reads all amended reports.
    amendments = mo.lazy(
        lambda: mo.Html(
            sheets.STYLE
            + sheets.about(sections.CHANGES)
            + sheets.sheet(sections.CHANGE, dossier.ask(settings, "changes", deal=deal))
        )
    )
    return (amendments,)


@app.cell
def _(amendments, delinquency, history, reconciliation, source):
    mo.ui.tabs(
        {
            "History": history,
            "Delinquency": delinquency,
            "Reconciliation": reconciliation,
            "Amendments": amendments,
            "A value and its source": source,
        }
    )
    return


if __name__ == "__main__":
    app.run()
