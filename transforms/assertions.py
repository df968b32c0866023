"""Rules: one SQL file each, judged row by row.

A rule file opens with a header of `-- key: value` lines and holds one SELECT that returns report_id, scope_key,
expected, actual and tolerance, and where they differ by row more of `ROWS`. `results_sql` makes rows of `recon_result`
of what rules met. Rules that are identities of one fact table, and those about keys, references and lost cells,
are written from the schemas, so that nothing is declared twice.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from transforms.errors import DeclarationError
from transforms.facts import IDENTITIES, TABLES, Identity, figures, key, polars_schema, references

FAMILIES: Mapping[str, str] = {
    "C": "class",
    "F": "factor",
    "P": "pool",
    "X": "cross",
    "A": "account",
    "E": "fee",
    "D": "delinquency",
    "L": "loss",
    "T": "trigger",
    "I": "identity",
    "K": "identity",
}
KINDS = ("integrity", "reconciliation")
UNITS = ("money", "count", "rate")
SEVERITIES = ("error", "warn", "info")
_REQUIRED = ("id", "title", "kind", "grain", "unit", "severity", "tolerance", "why")
_OPTIONAL = ("generated", "vetoes", "addends")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": KINDS,
    "unit": UNITS,
    "severity": SEVERITIES,
    "vetoes": ("yes",),
}

# `-- unit: money` opens a key, `--   more words` continues the one above.
_KEY_LINE = re.compile(r"-- (?P<key>[a-z]+): (?P<value>.*\S)\s*")
_MORE_LINE = re.compile(r"--   (?P<value>\S.*?)\s*")
_ID = re.compile(r"[A-Z][0-9]{2}")
_QUERY = re.compile(r"(SELECT|WITH|FROM)\b", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*")

# What is tested when two amounts are compared: half a cent hides nothing, and counts are exact.
_TIES: Mapping[str, str] = {
    "money": "abs(diff) < 0.005",
    "count": "diff = 0",
    "rate": "abs(diff) <= tolerance",
}
_WIDTH, _BOUND = "DECIMAL(28,10)", "999999999999999999"  # of the figures in recon_result: 18 digits before the point
_OWN_TABLES = ("recon_rule", "recon_result")
_UNION = "\nUNION ALL\n"  # between the SELECTs of a rule of ours about one table after the other


@dataclass(frozen=True)
class Rule:
    """One assertion: its header, and the SELECT that lists what it expected and what it met.

    `addends` is SQL over v_rounding: how many rounded figures add up to the difference, in reports in thousands.
    """

    id: str
    title: str
    kind: str
    grain: str
    unit: str
    severity: str
    tolerance: str
    why: str
    sql: str
    addends: str = "6"
    vetoes: bool = False  # what a breach of it covers is not proven, whatever else ties

    @property
    def covers(self) -> bool:
        """Whether its rows list the values that a tie of theirs confirms."""
        return _COVERS.search(_COMMENT.sub("", self.sql)) is not None

    @property
    def family(self) -> str:
        """The folder the rule lives in."""
        return FAMILIES[self.id[0]]

    def row(self) -> dict[str, str]:
        """Return the rule as a row of `recon_rule`."""
        return {
            "rule_id": self.id,
            "name": self.title,
            "kind": self.kind,
            "grain": self.grain,
            "unit": self.unit,
            "formula": self.sql,
            "tolerance": self.tolerance,
            "severity": self.severity,
            "breach_means": self.why,
        }


def parse(text: str, name: str = "rule") -> Rule:
    """Read a rule file; `name` is the file as errors should call it.

    Raises DeclarationError, naming file, key and what is allowed, for a header or a body that is not a rule.
    """
    header, body = _split(text, name)
    _check_header(header, name)
    sql = body.strip().removesuffix(";").rstrip()
    code = _COMMENT.sub("", sql).strip()
    if not _QUERY.match(code):
        raise DeclarationError(f"{name}: after the header a rule holds one SELECT, not {code[:30]!r}")
    if ";" in code:
        raise DeclarationError(f"{name}: a rule is one statement; remove what follows the first ';'")
    named = {field: header[field] for field in (*_REQUIRED, "addends") if field in header}
    return Rule(sql=sql, vetoes="vetoes" in header, **named)


def ordered(rules: Iterable[Rule]) -> list[Rule]:
    """Return the rules in the order they are run and shown: by family, then by number. Raises on an id used twice."""
    found: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in found:
            raise DeclarationError(f"rule id {rule.id} is used by {found[rule.id].title!r} and {rule.title!r}")
        found[rule.id] = rule
    letters = "".join(FAMILIES)
    return sorted(found.values(), key=lambda rule: (letters.index(rule.id[0]), rule.id))


def parts(rule: Rule) -> list[Rule]:
    """Return rules that together find what `rule` finds; several where it speaks of tables, one after the other.

    All of them at once would hold something of every table in memory.
    """
    if rule.grain != "table":
        return [rule]
    return [replace(rule, sql=sql) for sql in rule.sql.split(_UNION)]


def rows_sql(rule: Rule) -> str:
    """Return the SELECT of what a rule met, as rows of `ROWS`; a column that the rule does not give is left out.

    Values beyond the width of the columns (a wild DOUBLE, an infinity) are cut to it and still judged; a NaN is NULL.
    """
    bounded = ",\n       ".join(_bounded(name, name) for name in ("expected", "actual", "tolerance"))
    return f"SELECT '{rule.id}' AS rule_id, * REPLACE (\n       {bounded})\nFROM (\n{rule.sql}\n)"


def results_sql(rules: Iterable[Rule], rows: str, *, proof: bool = False) -> str:
    """Return the SELECT that judges `rows` of some rules (a table of `ROWS`): the rows of `recon_result`.

    `proof` adds what each row covers and whether its rule vetoes. A row whose expected value, actual value or tolerance
    is NULL is not applicable, and so is one that is beyond its tolerance where its own column `complete` is false: an
    input that is not printed breaks nothing.

    In reports that round their money the tolerance grows: in rules about money by their addends, in others by their
    column `dollar_moves`, which is what the difference moves by where each of its amounts moves by a dollar.
    """
    rules = list(rules)
    of_rules = ", ".join(f"('{rule.id}', '{rule.unit}', '{rule.severity}', {rule.vetoes})" for rule in rules)
    ties = " ".join(f"WHEN '{unit}' THEN {tie}" for unit, tie in _TIES.items())
    source = f"{rows} AS w JOIN (VALUES {of_rules}) AS u(rule_id, unit, rule_severity, vetoes) USING (rule_id)"
    tolerance = "tolerance"
    if any(rule.unit == "money" or _DOLLAR_MOVES.search(rule.sql) for rule in rules):
        source += " LEFT JOIN v_rounding AS z USING (report_id)"
        tolerance = f"""tolerance + coalesce(z.half * CASE
             WHEN unit <> 'money' THEN dollar_moves
             -- What is exact, as counts are, stays exact.
             WHEN tolerance <= 0 THEN 0
             {_addends(rules)} END, 0)"""
    return f"""SELECT report_id, rule_id, scope_key, expected, actual, diff, tolerance,
       coalesce(severity, rule_severity) AS severity,
       CASE
         WHEN diff IS NULL OR tolerance IS NULL THEN 'not_applicable'
         WHEN coalesce(abs(diff) <= tie, CASE unit {ties} END) THEN 'tie'
         WHEN abs(diff) <= tolerance THEN 'rounding'
         WHEN NOT complete THEN 'not_applicable'
         ELSE 'breach'
       END AS outcome{", covers, vetoes" if proof else ""}
FROM (
  SELECT * REPLACE ({_bounded(tolerance, "tolerance")}, {_bounded("tie", "tie")}),
         {_bounded("actual - expected", "diff")}
  FROM {source})"""


def result_sql(rule: Rule, *, proof: bool = False) -> str:
    """Return the SELECT of the rows of `recon_result` for one rule by itself."""
    none = ", ".join(f"NULL::{kind} AS {name}" for name, kind in ROWS.items())
    rows = f"(SELECT {none} WHERE false\nUNION ALL BY NAME\n{rows_sql(rule)})"
    return results_sql([rule], rows, proof=proof)


# What a rule's SELECT gives, and whose it is. All but the first six may be missing.
ROWS: Mapping[str, str] = {
    "rule_id": "VARCHAR",
    "report_id": "VARCHAR",
    "scope_key": "VARCHAR",
    "expected": _WIDTH,
    "actual": _WIDTH,
    "tolerance": _WIDTH,
    "tie": "DOUBLE",  # what counts as a tie in this row
    "severity": "VARCHAR",  # of this row
    "complete": "BOOLEAN",
    "dollar_moves": "DOUBLE",
    "covers": "STRUCT(fact VARCHAR, member VARCHAR, column_name VARCHAR, moves DOUBLE)[]",
}
_DOLLAR_MOVES = re.compile(r"\bdollar_moves\b")
_COVERS = re.compile(r"\bcovers\b")


def _addends(rules: Iterable[Rule]) -> str:
    """Return the cases of how many rounded figures add up to a difference, over `v_rounding`, rule by rule."""
    named: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        if rule.unit == "money":
            named[rule.addends].append(f"'{rule.id}'")
    return " ".join(f"WHEN rule_id IN ({', '.join(ids)}) THEN {addends}" for addends, ids in named.items())


def _bounded(value: str, name: str) -> str:
    # NaN compares as greater than everything.
    return f"""coalesce(
           try_cast({value} AS {_WIDTH}),
           CASE WHEN {value} > 0 AND NOT isnan(CAST({value} AS DOUBLE)) THEN {_BOUND}
                WHEN {value} < 0 THEN -{_BOUND} END) AS {name}"""


def _split(text: str, name: str) -> tuple[dict[str, str], str]:
    header: dict[str, str] = {}
    lines = text.splitlines()
    last = ""
    for number, line in enumerate(lines):
        if opening := _KEY_LINE.fullmatch(line):
            last = opening["key"]
            if last in header:
                raise DeclarationError(f"{name}:{number + 1}: key {last!r} stands twice in the header")
            header[last] = opening["value"]
        elif (more := _MORE_LINE.fullmatch(line)) and last:
            header[last] += " " + more["value"]
        else:
            return header, "\n".join(lines[number:])
    return header, ""


def _check_header(header: Mapping[str, str], name: str) -> None:
    for field in header:
        if field not in _REQUIRED + _OPTIONAL:
            raise DeclarationError(f"{name}: unknown key {field!r}; allowed: {', '.join(_REQUIRED + _OPTIONAL)}")
    for field in _REQUIRED:
        if field not in header:
            raise DeclarationError(f"{name}: key {field!r} is missing; add a line `-- {field}: ...` to the header")
    for field, allowed in _CHOICES.items():
        if field in header and header[field] not in allowed:
            raise DeclarationError(f"{name}: {field} is {header[field]!r}; allowed: {', '.join(allowed)}")
    if not _ID.fullmatch(header["id"]) or header["id"][0] not in FAMILIES:
        raise DeclarationError(
            f"{name}: id is {header['id']!r}; allowed: one of the letters {''.join(FAMILIES)} and two digits"
        )


# ---- rules written from the schemas ----


def path(rule: Rule) -> str:
    """Return the place of a rule's file under the folder of assertions, such as `class/C01_balance_rolls.sql`."""
    slug = re.sub(r"[^a-z0-9]+", "_", rule.title.lower()).strip("_")
    return f"{rule.family}/{rule.id}_{slug}.sql"


def generated() -> dict[str, str]:
    """Return the text of every rule file that follows from the schemas, by its place under the folder of assertions."""
    texts = [render(identity) for identity in IDENTITIES if not identity.by_hand]
    texts += [_render_keys(), _render_references(), _render_cells()]
    return {path(parse(text)): text for text in texts}


def render(identity: Identity) -> str:
    """Return the rule file of an identity; its scope is the key of the table, a class by its name."""
    columns = [column for column in key(identity.table) if column != "report_id"]
    inner = f"""SELECT report_id, {", ".join(columns)},
         {identity.expected} AS expected,
         {identity.actual} AS actual,
         {identity.tolerance} AS tolerance
  FROM {identity.table}
  WHERE {identity.where}"""
    if "class_id" in columns:
        sql = f"""SELECT f.report_id, d.class_name AS scope_key, f.expected, f.actual, f.tolerance,
       {_covers(identity, "f.class_id")} AS covers
FROM (
  {inner}
) AS f
JOIN dim_class AS d USING (class_id)"""
        # A notional amount follows the balance it refers to, so it does not roll by its own principal.
        if "beginning_balance" in identity.expected:
            sql += "\nWHERE NOT coalesce(d.is_notional, false)"
    else:
        sql = f"""SELECT report_id, concat_ws('/', {", ".join(columns)}) AS scope_key, expected, actual, tolerance,
       {_covers(identity, f"concat_ws(' ', {', '.join(columns)})")} AS covers
FROM (
  {inner}
) AS f"""
    return _file(
        {
            "id": identity.rule_id,
            "title": identity.name,
            "kind": "reconciliation",
            "grain": identity.grain,
            "unit": identity.unit,
            "severity": identity.severity,
            "tolerance": identity.tolerance,
            **({"addends": str(identity.addends)} if identity.unit == "money" else {}),
            "why": identity.why,
            "generated": f"from the identities of {identity.table} in transforms/facts; change it there",
        },
        sql,
    )


def _covers(identity: Identity, member: str) -> str:
    """Return the values that an identity covers, which is a sum: every column that its two sides name."""
    named = set(_NAME.findall(f"{identity.expected} {identity.actual}"))
    columns = [name for name in polars_schema(identity.table) if name in named]
    return f"covers('{identity.table}', {member}, {columns})"


_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def _render_keys() -> str:
    """Count per table the keys that name more than one row."""
    parts = [
        f"""SELECT NULL AS report_id, '{table}' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM {table} GROUP BY {", ".join(key(table))} HAVING count(*) > 1)"""
        for table in TABLES
        if key(table) and table not in _OWN_TABLES
    ]
    return _integrity(
        "K01", "Keys name one row", "table", "a filing was loaded twice, or two members were read as one", parts
    )


def _render_references() -> str:
    """Count per table the rows that point to nothing."""
    parts = [
        f"""SELECT NULL AS report_id, '{table}.{column}' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM {table} AS a
WHERE a.{column} IS NOT NULL AND NOT EXISTS (FROM {target} AS b WHERE b.{column} = a.{column})"""
        for table in TABLES
        for column, target in references(table).items()
    ]
    return _integrity(
        "K02", "References resolve", "table", "a part of a filing was loaded without what it belongs to", parts
    )


def _render_cells() -> str:
    """Compare per report and fact the different figures that were read with the values that stand in the fact."""
    parts = []
    for table in TABLES:
        if not table.startswith("fact_"):
            continue
        columns = figures(table)
        counts = " + ".join(f"count({column})" for column in columns)
        names = ", ".join(f"'{column}'" for column in columns)
        parts.append(f"""SELECT c.report_id, '{table}' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = '{table}' AND table_code <> 'HEADER'
    AND canonical_column IN ({names})
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, {counts} AS n FROM {table} GROUP BY report_id) AS f USING (report_id)""")
    return _integrity(
        "K06",
        "No figure is lost between cells and facts",
        "report x fact",
        "a cell was mapped to a column that the fact does not hold a value in",
        parts,
    )


def _integrity(rule_id: str, title: str, grain: str, why: str, selects: list[str]) -> str:
    header = {
        "id": rule_id,
        "title": title,
        "kind": "integrity",
        "grain": grain,
        "unit": "count",
        "severity": "error",
        "tolerance": "0",
        "why": why,
        "generated": "from the tables of transforms/facts; change them there",
    }
    return _file(header, _UNION.join(selects))


def _file(header: Mapping[str, str], sql: str) -> str:
    lines = "".join(f"-- {field}: {value}\n" for field, value in header.items())
    return f"{lines}{sql}\n"
