"""Errors of the core.

TieoutError
├── UnreadableFiling        the bytes hold no text filing: empty, binary, truncated; or the reader failed on it
├── ForeignFiling           a filing of another kind: its form or its filer is not ours
├── UnrecognisedFiling      one of ours by form, in which no report was found
├── BrokenFacts             facts that no warehouse can hold, and of which it does not say whose they are
└── DeclarationError        a schema, statement or rule of our own contradicts itself
"""


class TieoutError(Exception):
    """Base of every error that tieout raises on purpose."""


class UnreadableFiling(TieoutError):
    """The bytes hold no complete text filing, or one that the reader fails on."""


class ForeignFiling(TieoutError):
    """The filing is complete, and none of ours."""


class UnrecognisedFiling(TieoutError):
    """The filing is one of ours by form, and holds no report that can be read."""


class BrokenFacts(TieoutError):
    """The facts of several filings break a key, a type or a rule, and they do not say which filing does."""


class DeclarationError(TieoutError):
    """A declaration of our own is ambiguous or incomplete."""
