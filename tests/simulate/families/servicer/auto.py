"""Notes on a pool of receivables, month by month: what the servicer of an auto trust certifies, exact to the cent."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.simulate.cents import ZERO, cents, rounded
from tests.simulate.deal import working_day

NOTES = (
    ("A-1", "A-2", "A-3", "A-4", "B", "C", "D"),
    ("A-1", "A-2a", "A-2b", "A-3", "A-4", "B", "C", "D"),
    ("A-1", "A-2", "A-3", "A-4", "B", "C"),
    ("A-1", "A-2", "A-3", "B"),
    ("A-2-A", "A-2-B", "A-3", "A-4"),
    ("A",),
)
BUCKETS = ("31-60", "61-90", "91-120", "121+")


@dataclass(frozen=True)
class Note:
    """One class of notes: face and yearly rate in percent."""

    name: str
    face: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Trust:
    """What does not change: the notes, the pool at closing, the first distribution, and the servicer's knobs."""

    notes: tuple[Note, ...]
    pool: Decimal
    count: int
    wac: Decimal
    original_term: Decimal
    remaining_term: Decimal
    first: date
    target_share: Decimal
    required: Decimal
    speed: float
    default: float
    recovery: float
    arrears: float


@dataclass(frozen=True)
class NoteMonth:
    """One class in one period, in dollars."""

    note: Note
    before: Decimal
    interest: Decimal
    principal: Decimal

    @property
    def after(self) -> Decimal:
        return self.before - self.principal

    @property
    def total(self) -> Decimal:
        return self.interest + self.principal


@dataclass(frozen=True)
class Totals:
    """Sums since closing, and the reserve."""

    charged: Decimal = ZERO
    charged_count: int = 0
    recovered: Decimal = ZERO
    recovered_count: int = 0


@dataclass(frozen=True)
class AutoMonth:
    """One period of the trust; `late` has number and balance by bucket."""

    trust: Trust
    period: int
    notes: tuple[NoteMonth, ...]
    before: Decimal
    collected: Decimal
    purchased: Decimal
    charged: Decimal
    charged_count: int
    recovered: Decimal
    recovered_count: int
    recovered_interest: Decimal
    finance: Decimal
    purchased_interest: Decimal
    income: Decimal
    fee: Decimal
    earnings: Decimal
    target: Decimal
    count: int
    late: tuple[tuple[int, Decimal], ...]
    since: Totals

    @property
    def after(self) -> Decimal:
        return self.before - self.collected - self.purchased - self.charged

    @property
    def note_before(self) -> Decimal:
        return sum((one.before for one in self.notes), ZERO)

    @property
    def note_after(self) -> Decimal:
        return sum((one.after for one in self.notes), ZERO)

    @property
    def face(self) -> Decimal:
        return sum((one.note.face for one in self.notes), ZERO)

    @property
    def finance_available(self) -> Decimal:
        return self.finance + self.recovered_interest + self.purchased_interest

    @property
    def recovered_principal(self) -> Decimal:
        return self.recovered - self.recovered_interest

    @property
    def principal_available(self) -> Decimal:
        return self.collected + self.recovered_principal + self.purchased

    @property
    def collections(self) -> Decimal:
        return self.finance_available + self.principal_available

    @property
    def available(self) -> Decimal:
        return self.collections + self.income

    @property
    def deposits(self) -> Decimal:
        return sum((one.total for one in self.notes), ZERO)

    @property
    def excess(self) -> Decimal:
        return self.available - self.fee - self.deposits

    @property
    def net_loss(self) -> Decimal:
        return self.charged - self.recovered

    @property
    def net_loss_since(self) -> Decimal:
        return self.since.charged - self.since.recovered

    @property
    def distribution_date(self) -> date:
        year, month = divmod(self.trust.first.year * 12 + self.trust.first.month - 2 + self.period, 12)
        return working_day(date(year, month + 1, 15))

    @property
    def collection_end(self) -> date:
        return self.distribution_date.replace(day=1) - timedelta(days=1)

    @property
    def remaining_term(self) -> Decimal:
        return self.trust.remaining_term - Decimal(self.period) * Decimal("0.71")


def draw_trust(rng: Random) -> Trust:
    """Invent a trust: notes somewhat less than the pool, the first class short."""
    names = rng.choice((*NOTES[:4], *NOTES))
    pool = cents(Decimal(rng.randrange(400_000_000, 1_900_000_000)) + Decimal(rng.randrange(100)) / 100)
    total = pool * Decimal(rng.choice(("0.9", "0.95", "0.985")))
    weights = [rng.uniform(0.6, 1.4) * {"B": 0.1, "C": 0.1, "D": 0.08}.get(name[0], 1.0) for name in names]
    faces = [(total * Decimal(weight / sum(weights)) // 10_000 * 10_000).quantize(ZERO) for weight in weights]
    rates = [rounded(Decimal(rng.uniform(0.2, 0.9) + 0.25 * place), rng.choice((2, 3))) for place in range(len(names))]
    return Trust(
        notes=tuple(Note(name, face, rate) for name, face, rate in zip(names, faces, rates, strict=True)),
        pool=pool,
        count=int(pool / rng.randrange(15_000, 22_000)),
        wac=rounded(Decimal(rng.uniform(5.5, 9.9)), 2),
        original_term=rounded(Decimal(rng.uniform(64, 68)), 2),
        remaining_term=rounded(Decimal(rng.uniform(55, 60)), 2),
        first=date(rng.randrange(2003, 2021), rng.randrange(1, 13), 15),
        target_share=Decimal(rng.choice(("0.005", "0.0085", "0.015"))),
        required=cents(pool * Decimal(rng.choice(("0.0025", "0.005")))),
        speed=rng.uniform(0.024, 0.034),
        default=rng.uniform(0.0004, 0.0022),
        recovery=rng.uniform(0.3, 0.7),
        arrears=rng.uniform(0.004, 0.03),
    )


def pay(trust: Trust, notes: tuple[tuple[Note, Decimal], ...], left: Decimal, wanted: Decimal) -> tuple[NoteMonth, ...]:
    """Interest to all, then principal from the top: what brings the notes down to their target, if there is cash."""
    interest = [cents(balance * note.rate / 1200) for note, balance in notes]
    principal = max(min(left - sum(interest, ZERO), wanted, sum((balance for _, balance in notes), ZERO)), ZERO)
    made = []
    for (note, balance), due in zip(notes, interest, strict=True):
        part = min(principal, balance)
        made.append(NoteMonth(note, balance, due, part))
        principal -= part
    return tuple(made)


def late(rng: Random, trust: Trust, balance: Decimal, count: int) -> tuple[tuple[int, Decimal], ...]:
    """Number and balance of the receivables past due by bucket; a young pool may have none in the last."""
    made = []
    for place in range(len(BUCKETS)):
        number = int(count * trust.arrears * rng.uniform(0.5, 1.5) / 4**place)
        mean = balance / count * Decimal(rng.uniform(0.8, 1.2))
        made.append((number, cents(mean * number)))
    return tuple(made)


def step(rng: Random, trust: Trust, last: AutoMonth | None) -> AutoMonth:
    """The period after another, or the first."""
    before = last.after if last else trust.pool
    count = last.count if last else trust.count
    notes = tuple((one.note, one.after) for one in last.notes) if last else tuple((n, n.face) for n in trust.notes)
    collected = cents(before * Decimal(trust.speed * rng.uniform(0.85, 1.15)))
    gone = int(count * trust.default * rng.uniform(0.5, 1.5))
    charged = cents(before / count * gone * Decimal(rng.uniform(0.8, 1.1)))
    share = trust.recovery * rng.choice((0.9, 1.0, 1.1, 2.4))
    recovered = cents((charged if not last else max(charged, last.charged)) * Decimal(share))
    purchased = cents(Decimal(rng.choice((0, 0, 0, rng.randrange(900_000, 2_500_000))) / 100))
    finance = cents(before * trust.wac / 1200 * Decimal(rng.uniform(0.95, 1.02)))
    fee = cents(before / 1200)
    after = before - collected - charged - purchased
    target = cents(trust.pool * trust.target_share)
    interest = cents(recovered * Decimal("0.0031"))
    income = cents(before * Decimal(rng.uniform(0, 0.00001)))
    purchased_interest = cents(purchased * Decimal("0.006"))
    cash = finance + interest + purchased_interest + collected + recovered - interest + purchased + income - fee
    owed = sum((balance for _, balance in notes), ZERO) - max(after - target, ZERO)
    found = int(gone * share) + bool(recovered)
    since = last.since if last else Totals()
    left = max(int(count * float(after / before)) - rng.randrange(0, 20), 60)
    return AutoMonth(
        trust=trust,
        period=last.period + 1 if last else 1,
        notes=pay(trust, notes, cash, owed),
        before=before,
        collected=collected,
        purchased=purchased,
        charged=charged,
        charged_count=gone,
        recovered=recovered,
        recovered_count=found,
        recovered_interest=interest,
        finance=finance,
        purchased_interest=purchased_interest,
        income=income,
        fee=fee,
        earnings=cents(trust.required * Decimal(rng.uniform(0, 0.0002))),
        target=target,
        count=left,
        late=late(rng, trust, after, left),
        since=Totals(
            since.charged + charged, since.charged_count + gone, since.recovered + recovered,
            since.recovered_count + found,
        ),
    )  # fmt: skip


def run(rng: Random, trust: Trust, periods: int) -> AutoMonth:
    """The last of some periods."""
    month = step(rng, trust, None)
    for _ in range(periods - 1):
        month = step(rng, trust, month)
    return month
