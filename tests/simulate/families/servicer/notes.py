"""What a certificate says of the notes: balances, factors, interest, payments, as lines or as tables."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from tests.simulate.cents import ZERO
from tests.simulate.families.servicer.amounts import NOTE, TOTAL, of, part, per_face, unit_factor, usd
from tests.simulate.families.servicer.auto import AutoMonth, NoteMonth
from tests.simulate.families.servicer.outline import Amount, Block, Grid, Heads, Item, Line, Title


def balances(month: AutoMonth, rng: Random) -> list[Block]:
    """Balances and factors as lettered lines under two heads."""
    heads = rng.choice((("Beginning of Period", "End of Period"), ("Beginning of Period", "End of Period"),
                        ("Beginning Balance", "Ending Balance")))  # fmt: skip
    held = Item(Line("balances", "Note Balances"))
    factors = Item(Line("factors", "Pool Factors"))
    for place, member in enumerate(month.notes):
        name, face = f"Class {member.note.name}", member.note.face
        held.parts.append(
            Line(f"balance_{place}", f"{name} Note Balance", [
                usd(member.before, NOTE + "beginning_balance", **of(member)),
                usd(member.after, NOTE + "ending_balance", **of(member)),
            ])
        )  # fmt: skip
        factors.parts.append(
            Line(f"factor_{place}", f"{name} Note Pool Factor", [
                unit_factor(per_face(member.before, face), member, "beginning_balance"),
                unit_factor(per_face(member.after, face), member, "ending_balance"),
            ])
        )  # fmt: skip
    if len(month.notes) > 1:
        whole = [per_face(month.note_before, month.face), per_face(month.note_after, month.face)]
        held.parts.append(
            Line("notes", "Note Balance", [
                usd(month.note_before, TOTAL + "beginning_balance"), usd(month.note_after, TOTAL + "ending_balance"),
            ], "sum")
        )  # fmt: skip
        factors.parts.append(
            Line("factor", "Note Pool Factor", [Amount(value, "factor", decimals=7) for value in whole])
        )
    return [Heads(heads), held, factors]


def balance_grid(month: AutoMonth, rng: Random) -> list[Block]:
    """Balances and factors as a table with a row per class."""
    factors = rng.random() < 0.8
    heads = ("Beginning of Period Balance", "Note Pool Factor", "End of Period Balance", "Note Pool Factor")
    rows = []
    for member in month.notes:
        face = member.note.face
        amounts = (
            usd(member.before, NOTE + "beginning_balance", **of(member)),
            unit_factor(per_face(member.before, face), member, "beginning_balance"),
            usd(member.after, NOTE + "ending_balance", **of(member)),
            unit_factor(per_face(member.after, face), member, "ending_balance"),
        )
        rows.append((f"Class {member.note.name} Notes", amounts if factors else amounts[::2]))
    whole = (
        usd(month.note_before, TOTAL + "beginning_balance"),
        Amount(per_face(month.note_before, month.face), "factor", decimals=7),
        usd(month.note_after, TOTAL + "ending_balance"),
        Amount(per_face(month.note_after, month.face), "factor", decimals=7),
    )
    if len(month.notes) > 1:
        rows.append(("Total", whole if factors else whole[::2]))
    return [Title("Note Balances"), Grid("", heads if factors else heads[::2], tuple(rows))]


def interest(month: AutoMonth, rng: Random) -> list[Block]:
    """Fee, and interest by class: one item for the letter A with a sum per class, one item for each other letter."""
    fee = Item(Line("fee", "Servicing Fee"), [
        part("fee_a", "Monthly Servicing Fee", month.fee), part("fee_b", "Amount Unpaid from Prior Months", ZERO),
        part("fee_c", "Amount Paid", month.fee),
        part("fee_d", "Shortfall Amount", ZERO, formula="fee_a + fee_b - fee_c"),
    ])  # fmt: skip
    blocks: list[Block] = [Title("Application of Available Funds"), fee]
    full = rng.random() < 0.7
    letters = dict.fromkeys(member.note.name[0] for member in month.notes)
    for letter in letters:
        item = Item(Line(f"due_{letter}", f"Class {letter} Noteholder Interest Amounts"))
        for place, member in enumerate(month.notes):
            if member.note.name[0] == letter:
                item.parts += interest_lines(place, member, full)
        blocks.append(item)
    return blocks


def interest_lines(place: int, member: NoteMonth, full: bool) -> list[Line]:
    """Interest of a class, with additional interest and its sum if `full`."""
    name = f"Class {member.note.name}"
    monthly = part(f"due_{place}", f"{name} Monthly Interest", member.interest, NOTE + "accrued_interest", **of(member))
    if not full:
        return [monthly]
    extra = f"Additional Note Interest related to {name} Monthly Interest"
    return [
        monthly,
        part(f"extra_{place}", extra, ZERO),
        part(f"extra_due_{place}", f"Interest Due on {extra}", ZERO),
        part(f"due_all_{place}", f"Total {name} Note Interest", member.interest,
             formula=f"due_{place} + extra_{place} + extra_due_{place}"),
    ]  # fmt: skip


def payments(month: AutoMonth, rng: Random) -> list[Block]:
    """The note payment account: deposits and withdrawals by class."""
    deposits, withdrawals = Item(Line("deposits", "Deposits")), Item(Line("withdrawals", "Withdrawals"))
    members = list(enumerate(month.notes))
    for place, member in members:
        deposits.parts.append(
            part(f"interest_{place}", f"Class {member.note.name} Interest Distribution", member.interest,
                 NOTE + "interest_distribution", **of(member))
        )  # fmt: skip
    for place, member in members:
        deposits.parts.append(
            part(f"principal_{place}", f"Class {member.note.name} Principal Distribution", member.principal,
                 NOTE + "principal_distribution", **of(member))
        )  # fmt: skip
        withdrawals.parts.append(
            part(f"paid_{place}", f"Class {member.note.name} Distribution", member.total,
                 NOTE + "total_distribution", **of(member))
        )  # fmt: skip
    into, out = "Total Deposits to Note Payment Account", "Total Withdrawals from Note Payment Account"
    deposits.parts.append(part("deposits_all", into, month.deposits, formula="sum"))
    withdrawals.parts.append(part("withdrawals_all", out, month.deposits, formula="sum"))
    return [Title("Note Payment Account Activity"), deposits, *([withdrawals] if rng.random() < 0.85 else [])]


def payment_grid(month: AutoMonth, rng: Random) -> list[Block]:
    """Payments as a table with a row per class."""
    columns: list[tuple[str, Callable[[NoteMonth], Decimal], str]] = [
        ("Interest Distribution", lambda member: member.interest, "interest_distribution"),
        ("Principal Distribution", lambda member: member.principal, "principal_distribution"),
        ("Total Distribution", lambda member: member.total, "total_distribution"),
    ]
    if rng.random() < 0.3:
        columns[:2] = columns[1::-1]
    rows = [
        (f"Class {member.note.name} Notes",
         tuple(usd(get(member), NOTE + name, **of(member)) for _, get, name in columns))
        for member in month.notes
    ]  # fmt: skip
    if len(rows) > 1:
        sums = tuple(usd(sum(map(get, month.notes), ZERO), TOTAL + name) for _, get, name in columns)
        rows.append(("Total", sums))
    return [Title("Distributions"), Grid("", tuple(head for head, _, _ in columns), tuple(rows))]
