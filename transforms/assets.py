"""What the loans of a deal are, of a closed list: bounded by the header, refined by the name and by the statements."""

import re
from collections.abc import Iterable, Mapping

from transforms.facts.parties import ASSET_CLASSES as CLASSES

# What the header's "ABS ASSET CLASS" says, and the classes it may mean, the usual one first.
_BOUNDS = (
    (r"residential", ("RMBS", "HELOC", "MH", "CRT", "RESECURITIZATION")),
    (r"commercial", ("CMBS", "SMALL_BUSINESS", "RESECURITIZATION")),
    (r"auto.*lease", ("AUTO_LEASE",)),
    (r"auto", ("AUTO_LOAN",)),
    (r"equipment.*lease", ("EQUIPMENT_LEASE",)),
    (r"equipment", ("EQUIPMENT_LOAN",)),
    (r"floor", ("FLOORPLAN",)),
    (r"card", ("CARD",)),
    (r"student", ("STUDENT",)),
    (r"resecuriti", ("RESECURITIZATION",)),
    (r"debt", ("OTHER", "RESECURITIZATION", "CRT")),
    (r"other", ("OTHER", "DEVICE", "UTILITY", "SMALL_BUSINESS", "MH", "HELOC", "CRT", "EQUIPMENT_LOAN",
                "EQUIPMENT_LEASE")),
)  # fmt: skip
# Words of a name, the narrower kind first: a commercial mortgage is a mortgage.
_OF_NAMES = (
    ("CRT", r"credit\s+risk\s+transfer|agency\s+credit\s+risk|reference\s+pool"),
    ("RESECURITIZATION", r"re-?remic|resecuriti[sz]ation"),
    ("CMBS", r"commercial\s+mortgage|multifamily"),
    ("MH", r"manufactured\s+hous\w*|manufactured\s+homes?|mobile\s+homes?"),
    ("HELOC", r"heloc|home\s+equity\s+(?:credit\s+)?lines?|revolving\s+home\s+equity"),
    ("STUDENT", r"student|education(?:al)?\s+loans?"),
    ("SMALL_BUSINESS", r"sba|small\s+business"),
    ("UTILITY", r"transition\s+(?:bonds?|funding)|recovery\s+(?:bonds?|funding)|rate\s+reduction|transition\s+property"
                r"|storm\s+recovery|system\s+restoration|utility"),
    ("DEVICE", r"devices?|handsets?|wireless"),
    ("FLOORPLAN", r"floor\s*plan|wholesale|dealer\s+notes?"),
    ("CARD", r"(?:credit\s+)?cards?|charge\s+accounts?|credit\s+accounts?"),
    ("AUTO_LEASE", r"(?:auto(?:mobile|motive)?|vehicle|motor)\s+leas(?:e|es|ing)|leased\s+(?:autos?|vehicles?)"),
    ("EQUIPMENT_LEASE", r"equipment\s+leas(?:e|es|ing)|aircraft|airplanes?|lessees?"),
    ("EQUIPMENT_LOAN", r"equipment|tractors?|farm|agricultural|construction\s+machinery"),
    ("AUTO_LOAN", r"auto(?:mobile|motive)?s?|vehicles?|motorcycles?|motor|cars?"),
    ("RMBS", r"mortgages?|home\s+equity|home\s+loans?|residential"),
)  # fmt: skip
# Words of statements that only reports on such loans print.
_OF_STATEMENTS = (
    ("CRT", r"reference\s+(?:pool|obligations)|credit\s+events?"),
    ("CMBS", r"commercial\s+mortgage|specially\s+serviced|appraisal\s+reduction|special\s+servicer|defeas\w+"),
    ("MH", r"manufactured\s+(?:hous\w*|homes?)|mobile\s+homes?"),
    ("HELOC", r"heloc|home\s+equity\s+(?:credit\s+)?lines?|revolving\s+home\s+equity|credit\s+limits?"
              r"|revolving\s+credit\s+line"),
    ("STUDENT", r"student\s+loans?|in\s+school|grace|forbearance|guarantors?|special\s+allowance"),
    ("SMALL_BUSINESS", r"sba\s+loans?|small\s+business|unguaranteed\s+(?:interest|percentage)"),
    ("UTILITY", r"transition\s+(?:bonds?|charges?|property)|recovery\s+(?:bonds?|charges?|property)|rate\s+reduction"
                r"|system\s+restoration|storm\s+recovery"),
    ("DEVICE", r"device\s+payment|wireless|upgrade\s+program"),
    ("FLOORPLAN", r"floor\s*plan|dealer\s+(?:notes?|concentration)|monthly\s+payment\s+rate|wholesale"),
    ("CARD", r"credit\s+cards?|cardholders?|finance\s+charge\s+(?:receivables|collections)|interchange"
             r"|charged[- ]off\s+accounts"
             r"|principal\s+receivables"),
    ("AUTO_LEASE", r"(?:vehicle|auto(?:mobile)?)\s+leases?|leased\s+vehicles?|residual\s+value\s+loss|base\s+residual"
                   r"|securitization\s+value|turn-?in|excess\s+wear|lease\s+payments"),
    ("EQUIPMENT_LEASE", r"equipment\s+leases?|lease\s+contracts|aircraft|lessees?"),
    ("EQUIPMENT_LOAN", r"equipment\s+(?:loans?|contracts?|receivables)|agricultural|construction\s+equipment"),
    ("AUTO_LOAN", r"motor\s+vehicles?|automobiles?|auto\s+(?:loans?|receivables)|motorcycles?"
                  r"|financed\s+vehicles?|repossessed\s+vehicles?"),
    # Mortgages are loans: what a trust of mortgages calls contracts are sales of mobile homes.
    ("CONTRACTS", r"(?:balance\s+of|number\s+of|liquidated|repurchased)\s+contracts|contracts\s+repurchased"),
    ("RMBS", r"mortgages?|foreclosures?|remic|home\s+equity|reo"),
)  # fmt: skip
# Kinds that a name may leave out, and a title, a letterhead or a cover then tells.
_NARROWER = {
    "RMBS": {"HELOC": "HELOC", "MH": "MH", "CRT": "CRT", "CONTRACTS": "MH"},
    "EQUIPMENT_LOAN": {"EQUIPMENT_LEASE": "EQUIPMENT_LEASE"},
}


def _compiled(words: Iterable[tuple[str, str]]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?P<{name}>\b(?:{pattern})\b)" for name, pattern in words), re.IGNORECASE)


_NAMED = [(name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for name, pattern in _OF_NAMES]
_STATED = _compiled(_OF_STATEMENTS)


def stated(text: str) -> dict[str, int]:
    """Return how often a text has words of each class that only reports on such loans print."""
    found: dict[str, int] = {}
    for match in _STATED.finditer(text):
        if match.lastgroup:
            found[match.lastgroup] = found.get(match.lastgroup, 0) + 1
    return found


def decide(
    header: str | None, names: Iterable[str], titles: Mapping[str, int], text: Mapping[str, int]
) -> tuple[str | None, str | None]:
    """Return the asset class of a deal and the evidence for it, None where nothing tells.

    `header` is what the header calls it, `names` the names of the deal; `titles` and `text` what `stated` counted in
    cover and letterhead, and in the report. What the header says bounds the class; name and statements choose within,
    and what contradicts is in the evidence.
    """
    bounds = next((found for pattern, found in _BOUNDS if header and re.search(pattern, header, re.IGNORECASE)), None)
    told = [one for one in (_of_name(names, titles), _of_words(titles), _of_words(text)) if one]
    if bounds is None:
        return told[0] if told else (None, None)
    chosen = next((one for one in told if one[0] in bounds), None)
    evidence = [f"header: {header}"]
    if chosen and len(bounds) > 1:
        evidence.append(chosen[1])
    if told and told[0][0] not in bounds:
        evidence.append(f"against it {told[0][1]} ({told[0][0]})")
    return chosen[0] if chosen else bounds[0], "; ".join(evidence)


def _of_words(words: Mapping[str, int]) -> tuple[str, str] | None:
    """Return the class that statements speak of most, and how it is told."""
    ranked = sorted((one for one in words if one in CLASSES), key=lambda one: (-words[one], CLASSES.index(one)))
    return (ranked[0], f"statements: {_spoken(ranked[0])}") if ranked else None


def _of_name(names: Iterable[str], titles: Mapping[str, int]) -> tuple[str, str] | None:
    """Return the class that names tell, made narrower by titles, and the words that tell it."""
    for name in names:
        for found, pattern in _NAMED:
            if match := pattern.search(name):
                told = f"name: {' '.join(match[0].split()).lower()}"
                below = next(((kind, of) for kind, of in _NARROWER.get(found, {}).items() if titles.get(kind)), None)
                return (below[1], f"{told}; statements: {_spoken(below[0])}") if below else (found, told)
    return None


def _spoken(name: str) -> str:
    return name.replace("_", " ").lower()
