"""Who is who in a report: the names that sign, that stand beside their role, or that a cover has captions for."""

import re
from collections.abc import Sequence
from itertools import pairwise, zip_longest

from transforms import names
from transforms.captions import DEPOSITOR, SPONSOR, Captioned

# Roles as they are printed. Longer ones first: a master servicer is no servicer, an owner trustee no trustee.
_ROLES = {
    "ELIGIBLE LENDER TRUSTEE": "ELIGIBLE_LENDER_TRUSTEE", "INDENTURE TRUSTEE": "INDENTURE_TRUSTEE",
    "OWNER TRUSTEE": "OWNER_TRUSTEE", "DELAWARE TRUSTEE": "OWNER_TRUSTEE", "TRUSTEE": "TRUSTEE",
    "SECURITIES ADMINISTRATOR": "SECURITIES_ADMINISTRATOR", "TRUST ADMINISTRATOR": "ADMINISTRATOR",
    "CERTIFICATE ADMINISTRATOR": "ADMINISTRATOR", "ADMINISTRATOR": "ADMINISTRATOR",
    "MASTER SERVICER": "MASTER_SERVICER", "SPECIAL SERVICER": "SPECIAL_SERVICER", "SUBSERVICER": "SUBSERVICER",
    "SERVICER": "SERVICER", "PAYING AGENT": "PAYING_AGENT", "DEPOSITOR": "DEPOSITOR", "SPONSOR": "SPONSOR",
}  # fmt: skip
TRUSTEES = ("TRUSTEE", "INDENTURE_TRUSTEE", "SECURITIES_ADMINISTRATOR", "PAYING_AGENT")  # who prepare reports, in order
_SIGNING = frozenset(("TRUSTEE", "INDENTURE_TRUSTEE", "OWNER_TRUSTEE", "SECURITIES_ADMINISTRATOR", "ADMINISTRATOR",
                      "SERVICER", "MASTER_SERVICER", "PAYING_AGENT"))  # fmt: skip
_ROLE = "|".join(role.replace(" ", r"\s+") for role in _ROLES)
_FLAGS = re.IGNORECASE
_PARTY = re.compile(rf"\bby:\s+(.{{1,200}}?),?\s+as\s+({_ROLE})\s*$", _FLAGS)
# Below the name, in a line of its own: "As Servicer", "(Master Servicer)", "Master Servicer and Administrator".
_CAPACITY = re.compile(rf"\(?(?:as\s+)?(({_ROLE})(?:(?:\s+and|\s*&|,)\s+({_ROLE}))?)\)?", _FLAGS)
# Behind the name: "Old Bank, Trustee", "OAK CORP. - SERVICER", "OAK CORPORATION (MASTER SERVICER)".
_BEHIND = re.compile(
    rf"(.{{4,80}}?)\s*(?:,|\s([-\u2013\u2014]+)|\()\s*(?:as\s+)?({_ROLE})(?:\s+and\s+({_ROLE}))?\)?", _FLAGS
)
_AS = re.compile(rf"(?:\s*\([^()]*\))?,?\s+as\s+(?:the\s+)?({_ROLE})\b", _FLAGS)
# The role of the company named before, and small words, are no part of a name.
_OTHER_ROLE = re.compile(
    rf"^(?:.*\b(?:{_ROLE}|Issuer|Seller|Transferor|Originator|Issuing\s+Entity)\b,?\s+)?(?:(?:of|the)\s+)*", _FLAGS
)
_RUN = re.compile(r"(?:(?:[A-Z][\w.'&\u2019-]*|of|&),?\s+)*[A-Z][\w.'&\u2019-]*$")
_COMPANY = re.compile(
    r"\b(?:inc|corp|corporation|llc|l\.l\.c|lp|l\.p|ltd|limited|company|co|n\.a|national\s+association|bank|association"
    r"|trust\s+company|bankers|usa)\b", _FLAGS,
)  # fmt: skip
_REACH = 120  # characters of the longest name in a sentence
_TOP = 60  # lines at the head of an exhibit that say who is who


def of_filing(lines: Sequence[str], captioned: Sequence[Captioned]) -> list[tuple[str, str]]:
    """Return role and name of who signs a filing, and of the depositor and sponsor that its cover names."""
    plain = [" ".join(line.split()) for line in lines]
    found = [*_above_their_capacity(plain), *_signing(plain)]
    found += [(one.role, one.name) for one in captioned if one.role in (DEPOSITOR, SPONSOR)]
    return list(dict.fromkeys(found))


def of_letterhead(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return role and name of the companies that the head of an exhibit names with their role."""
    top = [" ".join(line.split()) for line in lines if line.strip()][:_TOP]
    found = [*_behind(lines[:_TOP]), *_beside(top), *_in_sentences(" ".join(top))]
    return list(dict.fromkeys(found))


def _role(printed: str | None) -> str | None:
    return _ROLES.get(" ".join((printed or "").upper().split()))


def _signing(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return who signs by a line "By: name, as role", where the role may run on to the next line."""
    found = []
    for line, next_line in zip_longest(lines, lines[1:]):
        if "by:" not in line.lower():
            continue
        for text in (line, f"{line} {next_line}" if next_line else line):
            match = _PARTY.search(text)
            role = _role(match[2]) if match else None
            if match and role in _SIGNING and "/s/" not in match[1]:
                found.append((role, match[1]))
                break
    return [(role, name) for role, name in found if role]


def _above_their_capacity(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return role and name of those who sign below their name and a line that says as what."""
    printed = [line for line in lines if line]
    found = []
    for at, line in enumerate(printed[1:], 1):
        match = _CAPACITY.fullmatch(line)
        name, below = printed[at - 1], printed[at + 1 : at + 3]
        if match and ":" not in name and "/s/" not in name and any("/s/" in text.lower() for text in below):
            found += [(role, name) for role in map(_role, match.groups()[1:]) if role in _SIGNING]
    return [(role, name) for role, name in found if role]


def _behind(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return the companies that stand before their role in one line, or behind it: as a label, or in a next column."""
    found = []
    for line in lines:
        parts = re.split(r"\s{2,}", line.strip())
        for part in (*parts, " ".join(parts)):
            if (match := _BEHIND.fullmatch(part)) and (_is_company(match[1]) or (match[2] and match[1][0].isupper())):
                found += [(role, match[1]) for role in map(_role, match.groups()[2:]) if role]
        for part, next_part in pairwise(parts):
            if (match := _CAPACITY.fullmatch(part.rstrip(" :"))) and _is_company(next_part):
                found += [(role, next_part) for role in map(_role, match.groups()[1:]) if role]
    return [(role, name.strip(" ,-")) for role, name in found if not names.is_title(name)]


def _beside(top: Sequence[str]) -> list[tuple[str, str]]:
    """Return the companies in whose neighbouring line stands a role and nothing else.

    The name is above where that is a company, or ends with a dash; else below.
    """
    found = []
    for above, (line, below) in zip(["", *top], pairwise([*top, ""]), strict=False):
        match = _CAPACITY.fullmatch(line)
        if match is None:
            continue
        is_above = above.endswith(("-", "\u2013", "\u2014")) or _is_company(above)
        name = (above if is_above else below if _is_company(below) else "").strip(" -\u2013\u2014,")
        found += [(role, name) for role in map(_role, match.groups()[1:]) if role and name]
    return found


def _in_sentences(text: str) -> list[tuple[str, str]]:
    """Return the companies that a sentence names with what they act as: "Old Bank, N.A., as Servicer"."""
    found = []
    for match in _AS.finditer(text):
        run = _RUN.search(text[max(0, match.start() - _REACH) : match.start()])
        name = _OTHER_ROLE.sub("", run[0]) if run else ""
        if (role := _role(match[1])) and " " in name and _is_company(name):
            found.append((role, name))
    return found


def _is_company(name: str) -> bool:
    return _COMPANY.search(name) is not None and not names.is_title(name)
