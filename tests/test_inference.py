"""Columns without heads: what arithmetic proves of them, and that it never proves a wrong one."""

import random
from collections import Counter
from decimal import Decimal
from itertools import permutations, product
from time import perf_counter

import pytest

from tests.growth import RUNS, quickest
from transforms import facts, laws
from transforms.inference import Column, Inference, infer

CENT = Decimal("0.01")
# Columns that a declared identity of the classes can prove: the share found is counted over these.
PROVABLE = frozenset(name for law in laws.declared() for name in law.signs)
TABLES = 3600


# -- invented class tables ------------------------------------------------------------------------------------------

Row = dict[str, Decimal]


def invent_rows(pick: random.Random) -> list[Row]:
    """Invent the classes of one deal in one month, all measures, printed or not."""
    days = pick.choice([30, 30, 30, 28, 31, 29])
    sequential, losing, accreting, short = (pick.random() < share for share in (0.35, 0.3, 0.2, 0.3))
    premium = pick.random() < 0.1
    size = pick.choice([1, 2, 3, 4, 6, 8, 12, 20])
    payers = {pick.randrange(size)} if sequential else {at for at in range(size) if pick.random() < 0.7}
    rows = []
    for at in range(size):
        face = Decimal(pick.randrange(1_000, 400_000) * 1000 if pick.random() < 0.9 else 50)
        opening = (face * pick.choice([1, 0, Decimal(str(pick.random()))])).quantize(CENT)
        rate = Decimal(str(round(pick.uniform(0.01, 0.11), pick.choice([4, 5, 7]))))
        notional = pick.random() < 0.1
        row = {"original_face": face, "beginning_balance": opening, "pass_through_rate": rate}
        earned = (opening * rate * days / 360).quantize(CENT)
        row["accrued_interest"] = earned
        row["current_interest_shortfall"] = share(pick, earned, 0.01) if short and pick.random() < 0.4 else 0 * CENT
        row["unpaid_interest_shortfall_paid"] = share(pick, earned, 0.02) if short and pick.random() < 0.2 else 0 * CENT
        row["accretion"] = earned if accreting and pick.random() < 0.3 else 0 * CENT
        row["interest_distribution"] = max(
            earned - row["current_interest_shortfall"] - row["accretion"], Decimal(0)
        ) + row["unpaid_interest_shortfall_paid"]  # fmt: skip
        pays = at in payers and not notional and not row["accretion"]
        principal = share(pick, opening, pick.choice([0.05, 0.3])) if pays else 0 * CENT
        if pays and pick.random() < 0.03:
            principal = opening
        row["scheduled_principal"] = share(pick, principal, 1) if pick.random() < 0.8 else principal
        row["unscheduled_principal"] = principal - row["scheduled_principal"]
        row["principal_distribution"] = principal
        left = opening - principal
        row["realized_loss"] = share(pick, left, 0.2) if losing and at >= size - 2 and not notional else 0 * CENT
        row["total_principal_reduction"] = principal + row["realized_loss"] - row["accretion"]
        drift = share(pick, opening, 0.05) if notional else 0 * CENT
        row["ending_balance"] = opening - row["total_principal_reduction"] - drift
        row["prepayment_premium"] = share(pick, opening, 0.001) if premium and pick.random() < 0.5 else 0 * CENT
        row["total_distribution"] = row["interest_distribution"] + principal + row["prepayment_premium"]
        row["ending_balance_pct"] = (row["ending_balance"] / face).quantize(Decimal("1e-8"))
        row["cumulative_realized_loss"] = row["realized_loss"] + (share(pick, face, 0.1) if losing else 0 * CENT)
        row["prior_accrued_interest"] = (earned * pick.choice([1, Decimal("1.01")])).quantize(CENT)
        row["next_pass_through_rate"] = rate if pick.random() < 0.7 else rate + Decimal("0.0005")
        row["remaining_unpaid_interest_shortfall"] = row["current_interest_shortfall"]
        # What no column is for: a subtotal, an amount of its own, a count.
        row["interest due"] = earned + row["unpaid_interest_shortfall_paid"]
        row["cash of the class"] = share(pick, face, 0.01)
        row["certificates"] = Decimal(pick.randrange(1, 9000))
        row["_notional"] = Decimal(notional)
        rows.append(row)
    return rows


def share(pick: random.Random, amount: Decimal, part: float) -> Decimal:
    return (amount * Decimal(str(pick.random() * part))).quantize(CENT)


COMMON = ("beginning_balance", "interest_distribution", "principal_distribution", "ending_balance")
OTHERS = (
    "original_face", "pass_through_rate", "total_distribution", "total_distribution", "realized_loss", "accretion",
    "accrued_interest", "scheduled_principal", "unscheduled_principal", "total_principal_reduction",
    "ending_balance_pct", "cumulative_realized_loss", "current_interest_shortfall", "unpaid_interest_shortfall_paid",
    "prior_accrued_interest", "next_pass_through_rate", "prepayment_premium", "remaining_unpaid_interest_shortfall",
    "interest due", "cash of the class", "certificates",
)  # fmt: skip
RATES = ("pass_through_rate", "next_pass_through_rate", "ending_balance_pct")


def invent(pick: random.Random) -> tuple[list[str], list[Column], list[Row], bool]:
    """Invent a printed table in which some heads are gone: the true meanings, the columns, and all measures."""
    rows = invent_rows(pick)
    factors = pick.random() < 0.15
    names = [name for name in COMMON if pick.random() < 0.93]
    names += sorted({name for name in OTHERS if pick.random() < 0.35})
    if "principal_distribution" not in names:  # neither write-downs nor the whole reduction are printed without it
        names = [name for name in names if name not in ("total_principal_reduction", "realized_loss")]
    pick.shuffle(names)
    if factors:
        scale = Decimal(1).scaleb(-pick.choice([6, 8, 9]))
        rows = [
            {name: value if name in RATES or name[0] == "_" else (value * 1000 / row["original_face"]).quantize(scale)
             for name, value in row.items()} for row in rows
        ]  # fmt: skip
    totals, blank = pick.random() < 0.5 and not factors, pick.random() < 0.1
    signs, misprint = pick.random() < 0.3, pick.choice(names) if pick.random() < 0.05 else None
    dropped = pick.choice([1, 1, 2, 3, len(names)])
    gone = set(pick.sample(names, min(dropped, len(names))))
    columns = []
    for name in names:
        printed = tuple(None if blank and not row[name] else row[name] for row in rows)
        if name == misprint and printed[-1]:
            printed = (*printed[:-1], printed[-1] + 10)
        if signs and name in RATES:
            printed = tuple(value and value * 100 for value in printed)
        kept = [
            row[name] for row in rows if not row["_notional"] or name not in ("beginning_balance", "ending_balance")
        ]
        total = sum(kept, Decimal(0)) if totals and name not in RATES else None
        columns.append(Column(head(pick, name, name in gone), printed, total, signs and name in RATES))
    return names, columns, rows, factors


def head(pick: random.Random, name: str, gone: bool) -> tuple[str, ...]:
    known = name in facts.TABLES["fact_class_distribution"].column_names()
    if not gone and known:
        return (name,)
    if known and pick.random() < 0.3:
        other = pick.choice(sorted(PROVABLE - {name}))
        return tuple(sorted((name, other)))
    return ()


# -- never a wrong one ----------------------------------------------------------------------------------------------


def provable(name: str, names: list[str], columns: list[Column], rows: list[Row]) -> bool:
    """Tell whether a column should be found: it moves, is printed once, and all that an identity needs ties."""
    column = columns[names.index(name)]
    if len({value for value in column.values if value}) < 2 or [one.values for one in columns].count(column.values) > 1:
        return False
    return any(
        name in law.signs
        and all(term in names for term in law.signs.keys() - law.optional)
        and not any(sum(sign * row[term] for term, sign in law.signs.items() if term in names) for row in rows)
        for law in laws.declared()
    )


def test_no_column_is_ever_proven_to_be_another() -> None:
    pick = random.Random(20260301)
    due, found, shares = Counter[str](), Counter[str](), Counter[str]()
    spent, wrong, twins = 0.0, [], 0
    for number in range(TABLES):
        names, columns, rows, factors = invent(pick)
        start = perf_counter()
        inferred = infer(columns, factors=factors)
        spent += perf_counter() - start
        few = sum(len(column.candidates) != 1 for column in columns) <= 3
        for name, column, meaning, by in zip(names, columns, inferred.meanings, inferred.by, strict=True):
            if len(column.candidates) == 1:
                assert (meaning, by) == (name, None)
                continue
            shares.update([f"{name} found"] if meaning == name else [])
            if few and provable(name, names, columns, rows):
                due[name] += 1
                found[name] += meaning == name
            if meaning in (None, name):
                continue
            slack = 2 * Decimal("1e-6") if factors else 0
            if all(abs(row[meaning] - row[name]) <= slack for row in rows):
                twins += 1  # printed under another name with the same amounts, which are right under either
            else:
                wrong.append((number, name, meaning, by))
    share_found = found.total() / due.total()
    print(f"{TABLES} tables, {spent / TABLES * 1000:.2f} ms each, {len(wrong)} wrong, {twins} right under another name")
    print(f"up to three heads gone: {share_found:.1%} found of {due.total()}", dict(sorted(due.items())))
    print(f"all tables: {shares.total()} columns found", dict(sorted(shares.items())))
    assert wrong == []
    assert share_found >= 0.8
    assert set(COMMON) < set(due)


# -- one by one -----------------------------------------------------------------------------------------------------


def column(*values: str, head: str | tuple[str, ...] = (), total: str | None = None, percent: bool = False) -> Column:
    candidates = (head,) if isinstance(head, str) else head
    printed = tuple(Decimal(value) if value else None for value in values)
    return Column(candidates, printed, Decimal(total) if total else None, percent)


OPENING = column("1000000.00", "500000.00", "250000.00", head="beginning_balance")
PRINCIPAL = column("40000.10", "10000.20", "0.00", head="principal_distribution")
CLOSING = column("959999.90", "489999.80", "250000.00", head="ending_balance")
INTEREST = column("5000.01", "2600.02", "1300.03", head="interest_distribution")
PAID = column("45000.11", "12600.22", "1300.03", head="total_distribution")


def without(one: Column, *candidates: str) -> Column:
    return one._replace(candidates=candidates)


def test_known_heads_return_as_they_are() -> None:
    assert infer([OPENING, CLOSING, INTEREST]) == Inference(
        ("beginning_balance", "ending_balance", "interest_distribution"), (None, None, None)
    )


def test_the_roll_forward_finds_principal_in_any_order() -> None:
    for columns in permutations([OPENING, without(PRINCIPAL), CLOSING, INTEREST]):
        found = infer(columns)
        at = columns.index(without(PRINCIPAL))
        assert (found.meanings[at], found.by[at]) == ("principal_distribution", "C01")


def test_the_total_finds_interest_and_the_roll_forward_tells_it_from_principal() -> None:
    found = infer([OPENING, without(INTEREST), without(PRINCIPAL), PAID, CLOSING])
    assert found.meanings[1:3] == ("interest_distribution", "principal_distribution")
    assert found.by[1:3] == ("C02", "C01")


def test_interest_and_principal_alone_stay_open() -> None:
    assert infer([without(INTEREST), without(PRINCIPAL), PAID]).meanings == (None, None, "total_distribution")


def test_two_readings_of_a_head_are_decided() -> None:
    balances = ("beginning_balance", "ending_balance")
    found = infer([without(CLOSING, *balances), PRINCIPAL, without(OPENING, *balances)])
    assert found == Inference(("ending_balance", "principal_distribution", "beginning_balance"), ("C01", None, "C01"))


def test_the_parts_of_principal_are_told_apart_by_a_head_only() -> None:
    first, second = column("30000.00", "2000.20", "0.00"), column("10000.10", "8000.00", "0.00")
    assert infer([OPENING, first, second, PRINCIPAL, CLOSING]).meanings[1:3] == (None, None)
    found = infer([OPENING, without(first, "scheduled_principal"), second, PRINCIPAL, CLOSING])
    assert (found.meanings[2], found.by[2]) == ("unscheduled_principal", "C03")


def test_losses_and_reduction() -> None:
    closing = column("959999.90", "489999.80", "200000.00", head="ending_balance", total="1649999.70")
    loss = column("0.00", "0.00", "50000.00", total="50000.00")
    reduction = column("40000.10", "10000.20", "50000.00", total="100000.30")
    opening, principal = OPENING._replace(total=Decimal(1750000)), PRINCIPAL._replace(total=Decimal("50000.30"))
    found = infer([opening, principal, loss, reduction, closing])
    assert found.meanings[2:4] == ("realized_loss", "total_principal_reduction")
    # One amount of one class is too little where no totals row repeats it.
    assert infer([opening, principal, loss._replace(total=None), closing]).meanings[2] is None


def test_one_paid_class_needs_the_totals_row() -> None:
    opening = column("1000.00", "500.00", "250.00", head="beginning_balance", total="1750.00")
    principal = column("100.25", "0.00", "0.00", total="100.25")
    closing = column("899.75", "500.00", "250.00", head="ending_balance", total="1649.75")
    assert infer([opening, principal, closing]).meanings[1] == "principal_distribution"
    assert infer([opening, principal._replace(total=None), closing]).meanings[1] is None


def test_equal_columns_and_zeros_stay_open() -> None:
    zeros = column("0.00", "0.00", "0.00")
    found = infer([OPENING, without(PRINCIPAL), without(PRINCIPAL), zeros, CLOSING])
    assert found.meanings == ("beginning_balance", None, None, None, "ending_balance")


def test_heads_are_never_overruled() -> None:
    exchanged = [without(INTEREST, "principal_distribution"), without(PRINCIPAL, "interest_distribution")]
    found = infer([OPENING, *exchanged, CLOSING, without(PAID)])
    assert found.meanings[1:3] == ("principal_distribution", "interest_distribution")
    assert found.by[1:3] == (None, None)


def test_a_sum_that_misses_by_a_cent_proves_nothing() -> None:
    principal = column("40000.10", "10000.21", "0.00")
    assert infer([OPENING, principal, CLOSING, INTEREST]).meanings[1] is None


def test_notional_classes_are_left_out_while_they_are_few() -> None:
    def table(*drifts: str) -> list[Column]:
        # Each notional class falls to 700,000.00 from more, without any cash but interest.
        rows = [(drift, "0.00", "700000.00", "1234.56") for drift in drifts]
        opening, principal, closing, interest = (
            without(one, *one.candidates)._replace(
                values=(*one.values, *(Decimal(row[at]) for row in rows))
            ) for at, one in enumerate((OPENING, PRINCIPAL, CLOSING, INTEREST))
        )  # fmt: skip
        return [opening, without(principal), closing, interest]

    assert infer(table("812345.67")).meanings[1] == "principal_distribution"
    assert infer(table("812345.67", "722222.22")).meanings[1] == "principal_distribution"
    assert infer(table("812345.67", "722222.22", "790001.11")).meanings[1] is None


def test_factors_tie_to_two_units_of_the_last_decimal() -> None:
    opening = column("812.345678", "640.000001", "1000.000000", head="beginning_balance")
    closing = column("800.345676", "633.333333", "1000.000000", head="ending_balance")
    principal = column("12.000000", "6.666666", "0.000000")
    assert infer([opening, principal, closing], factors=True).by[1] == "C01"
    assert infer([opening, principal._replace(values=(Decimal("11.999997"), *principal.values[1:])), closing],
                 factors=True).meanings[1] is None  # fmt: skip


def test_the_percentage_of_the_face() -> None:
    face = column("1200000", "600000", "250000", head="original_face")
    share_ = column("0.79999992", "0.81666633", "1.00000000")
    found = infer([face, OPENING, PRINCIPAL, CLOSING, share_])
    assert (found.meanings[4], found.by[4]) == ("ending_balance_pct", "C05")
    assert (
        infer([face, OPENING, PRINCIPAL, CLOSING, column("0.83333333", "0.83333333", "1.00000000")]).meanings[4] is None
    )


def test_interest_accrues_for_whole_days_the_same_for_most_classes() -> None:
    rate = column("6.12500", "7.25000", "5.30000", head="pass_through_rate", percent=True)
    accrued = column("5104.17", "3020.83", "1067.36")  # 30, 30 and 29 days
    found = infer([OPENING, PRINCIPAL, CLOSING, INTEREST, rate, accrued])
    assert (found.meanings[5], found.by[5]) == ("accrued_interest", "C09")
    # Without the interest paid, the column may be just that.
    assert infer([OPENING, PRINCIPAL, CLOSING, rate, accrued]).meanings[4] is None
    half = column("5104.17", "3070.83", "1067.36")
    assert infer([OPENING, PRINCIPAL, CLOSING, INTEREST, rate, half]).meanings[5] is None


def test_a_subtotal_is_no_total() -> None:
    catch_up = column("100.00", "0.00", "57.11")
    owed = column("5100.01", "2600.02", "1357.14")
    assert infer([OPENING, PRINCIPAL, CLOSING, INTEREST, catch_up, owed]).meanings[4:] == (None, None)


def test_columns_of_unlike_length_are_refused() -> None:
    with pytest.raises(ValueError, match="rows"):
        infer([OPENING, column("1.00", "2.00")])


@pytest.mark.parametrize("kept", [0, 1, 5])
def test_wide_tables_cost_little(kept: int) -> None:
    pick = random.Random(7)
    rows = [row for _ in range(30) for row in invent_rows(pick)][:120]
    names = [name for name in dict.fromkeys(COMMON + OTHERS) if name not in RATES]
    columns = [
        Column((name,) if name in COMMON[:kept] else (), tuple(row[name] for row in rows), None, False)
        for name in names
    ]

    def pairs(columns: list[Column]) -> None:
        for one, other in product(columns, repeat=2):
            for amounts in zip(one.values, other.values, strict=True):
                sum(amounts)

    # All pairs of columns added up once are the measure: a search without bounds costs thousands of them.
    assert quickest(infer, [columns] * RUNS) < 20 * quickest(pairs, [columns] * RUNS)
