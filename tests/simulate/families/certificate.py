"""A servicer's certificate of an auto trust: numbered and lettered lines, as a web page or as typed text."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.simulate import names
from tests.simulate.families import Printed, filed, gathered
from tests.simulate.families.servicer import typed
from tests.simulate.families.servicer.auto import AutoMonth, draw_trust, run
from tests.simulate.families.servicer.lines import certificate
from tests.simulate.families.servicer.makers import Markup, escaper
from tests.simulate.families.servicer.manner import DASHES, Manner, group
from tests.simulate.families.servicer.outline import (
    Block,
    Grid,
    Heads,
    Item,
    Title,
    draw_wording,
    formulate,
    number,
)
from tests.simulate.families.servicer.page import (
    Entry,
    Matrix,
    Over,
    Part,
    Remark,
    Section,
    Writer,
    body,
)
from tests.simulate.families.servicer.tape import Mark, Tape
from tests.simulate.families.servicer.wordings import reword, unnumbered
from tests.simulate.shape import Shape
from tests.simulate.sheet import Sheet, written
from tests.simulate.submission import Filing


def draw(seed: int) -> Printed:
    """One month of an invented trust, as its servicer certifies it."""
    rng = Random(f"certificate/{seed}")
    trust = draw_trust(rng)
    return certified(run(rng, trust, rng.randrange(1, 40)), rng)


def certified(month: AutoMonth, rng: Random, made: Filing | None = None) -> Printed:
    """Print one month of a trust in a look drawn from `rng`, as the submission `made`, else one of its own."""
    blocks, varied = certificate(month, rng)
    misprint = misprinted(blocks, rng) if rng.random() < 0.06 else None
    if rng.random() < 0.4:
        reword(blocks, rng)
        varied = (*varied, "other words")
    number(blocks)
    if rng.random() < 0.12:
        unnumbered(blocks)
        varied = (*varied, "no numbers")
    formulate(blocks, draw_wording(rng))
    manner = Manner.random(rng)
    said = Head(month, rng)
    form = "typed" if rng.random() < 0.2 else "page"
    if form == "typed":
        manner = typed.fitting(manner)
    parts = flat(blocks, manner, outcomes(blocks, misprint))
    sheet = Sheet(Shape(), rng)
    if form == "typed":
        formulas = typed.write(sheet, said.lines(), said.dates(), parts, rng)
        looks: tuple[str, ...] = ("typed",)
    else:
        markup = Markup.random(rng)
        formulas = page(sheet, said, parts, markup, rng)
        looks = (
            f"breaks: {markup.breaks}",
            *(["nested"] if markup.nested else []),
            *(["hidden"] if markup.hidden else []),
        )
    exhibit = filed.Part("EX-99.1", "exhibit991.htm", sheet, formulas)
    text, truth = submit(exhibit, said, month, rng, made)
    classes = [
        {"class_name": one.note.name, "cusip": None, "class_type_reported": None, "original_face": None,
         "denomination": 1, "is_notional": False}
        for one in month.notes
    ]  # fmt: skip
    dates = {"distribution_date": month.distribution_date.isoformat(), "record_date": None}
    return Printed(
        family="certificate",
        raw=text.encode("cp1252"),
        truth=truth,
        facts=gathered.facts(truth["cells"], classes, dates),
        labels=printed_labels(parts),
        misprint=misprint,
        perturbed=(*varied, *looks, f"dollar: {manner.dollar}", f"percent: {manner.percent}",
                   f"negative: {manner.negative}", f"zero: {manner.zero}"),
    )  # fmt: skip


class Head:
    """Title, names and dates above the first line."""

    def __init__(self, month: AutoMonth, rng: Random) -> None:
        self.month, self.first = month, rng.choice(names.FIRST)
        self.series = f"{month.trust.first.year}-{rng.randrange(1, 5)}"
        self.form = rng.choice(("short", "long", "words"))
        self.entity = rng.choice(("Auto Owner Trust", "Automobile Receivables Trust", "Auto Receivables Owner Trust"))
        self.title = rng.choice(("MONTHLY SERVICER’S CERTIFICATE", "MONTHLY SERVICER'S CERTIFICATE",
                                 "Servicer’s Certificate", "Monthly Investor Report"))  # fmt: skip
        self.label = rng.choice(("Distribution Date", "Distribution Date", "Payment Date"))
        self.signer = rng.choice(names.PERSON)
        self.file_number = f"333-{rng.randrange(100000, 300000)}-{rng.randrange(1, 20):02}"

    def lines(self) -> list[str]:
        """Names, one a line."""
        trust = f"{self.first} {self.entity}"
        return ["Exhibit 99.1", self.title, f"{self.first} Business Services, LLC", trust, f"SERIES {self.series}"]

    @property
    def trust(self) -> str:
        """Name of the trust."""
        return f"{self.first} {self.entity} {self.series}"

    def dates(self) -> list[tuple[str, str, list[Mark]]]:
        """Label, text and fields of each date."""
        end, paid = self.month.collection_end, self.month.distribution_date
        start = end.replace(day=1)
        span = f"{written(start, 'padded')}-{written(end, 'padded')}"
        known = paid - timedelta(days=4)
        return [
            ("Collection Period", span, [(span, "report.collection_period", end.isoformat())]),
            ("Determination Date", written(known, self.form),
             [(written(known, self.form), "report.determination_date", known.isoformat())]),
            (self.label, written(paid, self.form),
             [(written(paid, self.form), "report.distribution_date", paid.isoformat())]),
        ]  # fmt: skip


def misprinted(blocks: Sequence[Block], rng: Random) -> str | None:
    """Let the source err: the closing balance of the first class that still has one, off by a thousand."""
    for block in blocks:
        if isinstance(block, Item) and block.main.key == "balances":
            for line in block.parts:
                wrong = line.amounts[1]
                if wrong and isinstance(wrong.value, Decimal) and wrong.value > 1000 and wrong.dims:
                    line.amounts = [line.amounts[0], wrong._replace(value=wrong.value + rng.choice((1000, -1000)))]
                    return f"{line.label}: closing balance off by a thousand"
    return None


def outcomes(blocks: Sequence[Block], misprint: str | None) -> dict[str, str]:
    """What each formula comes to, by key of its line, where it is not a tie."""
    keys = {line.key for block in blocks if isinstance(block, Item) for line in (block.main, *block.parts)}
    found = {} if "notes" in keys else {"oc": "not_applicable"}
    return found | ({"notes": "breach"} if misprint else {})


def flat(blocks: Sequence[Block], manner: Manner, said: dict[str, str]) -> list[Part]:
    """Blocks as rows to print."""
    parts: list[Part] = []
    heads: tuple[str, ...] = ()
    for block in blocks:
        if isinstance(block, Title):
            heads = ()
            parts.append(Section(block.text))
        elif isinstance(block, Heads):
            heads = block.texts
            parts.append(Over(heads))
        elif isinstance(block, Grid):
            rows = tuple(
                (label, tuple(group(amount, manner, label, head) if amount else None
                              for amount, head in zip(amounts, block.heads, strict=True)))
                for label, amounts in block.rows
            )  # fmt: skip
            parts.append(Matrix(block.stub, block.heads, rows))
        else:
            parts += entries(block, manner, heads, said)
    return parts


def entries(item: Item, manner: Manner, heads: tuple[str, ...], said: dict[str, str]) -> list[Part]:
    """An item with its lettered lines; a formula on a row of its own follows its line."""
    parts: list[Part] = []
    for line in (item.main, *item.parts):
        outcome = said.get(line.key, "tie")
        names = heads if len(line.amounts) == len(heads) else ("(value)",) * len(line.amounts)
        groups = tuple(
            group(amount, manner, line.label, name) if amount else None
            for amount, name in zip(line.amounts, names, strict=True)
        )
        formula = (line.quiet, outcome) if line.quiet else None
        parts.append(
            Entry("" if line.letter or not line.number else f"{line.number}.", line.letter, line.label, formula, groups)
        )
        if line.text:
            parts.append(Remark(line.text, outcome))
    return parts


def page(sheet: Sheet, said: Head, parts: Sequence[Part], markup: Markup, rng: Random) -> list[filed.Row]:
    """Write the page; returns the formulas printed."""
    tape = Tape(escaper(markup.special))
    writer = Writer(tape, markup, rng)
    writer.tape.tag("<HTML><HEAD>\n<TITLE>Document</TITLE>\n</HEAD>\n<BODY>" if markup.upper else "<html><body>")
    for text in said.lines():
        marks = [(said.series, "dim_deal.series", said.series)] if "SERIES" in text else []
        writer.paragraph(text, marks)
    writer.open("table", 'style="width:100%"')
    for label, text, marks in said.dates():
        writer.row()
        writer.words(label)
        writer.words(text, marks)
        writer.close("tr")
    writer.close("table")
    writer.begin("", "")
    body(writer, parts)
    signed = written(said.month.distribution_date - timedelta(days=4), "words")
    writer.paragraph(
        f"IN WITNESS WHEREOF, the undersigned has duly executed this certificate on {signed}.",
        [(signed, "filing.signature_date", (said.month.distribution_date - timedelta(days=4)).isoformat())], bold=False,
    )  # fmt: skip
    writer.paragraph(f"By: /s/ {said.signer}", bold=False)
    tape.tag("\n</BODY></HTML>" if markup.upper else "</body></html>")
    tape.finish(sheet)
    return writer.formulas


def submit(
    exhibit: filed.Part, said: Head, month: AutoMonth, rng: Random, made: Filing | None
) -> tuple[str, dict[str, Any]]:
    """A 10-D with its exhibit."""
    paid = month.distribution_date
    ein = f"{rng.randrange(10, 99)}-{rng.randrange(1000000, 9999999)}"
    filing = made or filed.filing(rng, "10-D", paid, [said.trust.upper()], said.file_number, ein)
    main = Sheet(Shape(), rng)
    cover(main, said, month)
    report = {
        "form_type": "10-D", "is_amendment": False, "layout_family": "certificate", "record_date": None,
        "distribution_date": paid.isoformat(), "series": said.series, "period_no": month.period,
    }  # fmt: skip
    return filed.file([filed.Part("10-D", "main.txt", main), exhibit], report, filing)


def cover(sheet: Sheet, said: Head, month: AutoMonth) -> None:
    """The main document in few words."""
    paid, end = month.distribution_date, month.collection_end
    sheet.head("UNITED STATES SECURITIES AND EXCHANGE COMMISSION")
    sheet.head("FORM 10-D", [("10-D", "filing.form_type", "10-D")])
    sheet.head("ASSET-BACKED ISSUER DISTRIBUTION REPORT")
    begin, finish = written(end.replace(day=1), "words"), written(end, "words")
    sheet.head(f"For the monthly distribution period from {begin} to {finish}")
    sheet.head(f"Commission File Number of issuing entity: {said.file_number}")
    sheet.head(said.trust)
    sheet.head("(Exact name of issuing entity as specified in its charter)")
    sheet.blank()
    sheet.head("Item 1. Distribution and Pool Performance Information.", [("Item 1.", "filing.items", "1")])
    when = written(paid, "words")
    sheet.head(
        f"Response to Item 1 is set forth in Exhibit 99.1, relating to the {when} distribution.",
        [(when, "report.distribution_date", paid.isoformat())],
    )


def printed_labels(parts: Sequence[Part]) -> frozenset[str]:
    """Every label, head and title."""
    found: set[str] = set()
    for part in parts:
        if isinstance(part, Section):
            found.add(part.text)
        elif isinstance(part, Over):
            found.update(part.texts)
        elif isinstance(part, Entry):
            found.add(part.label)
        elif isinstance(part, Matrix):
            found.update((part.stub, *part.heads, *(label for label, _ in part.rows)))
    return frozenset(text.translate(DASHES) for text in found - {""})
