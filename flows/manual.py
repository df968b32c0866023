"""The words of the command line: what each command is for, with examples."""

EXIT_CODES = """\
exit codes:
  0  all well
  1  some filings ended unreadable, unrecognised or doubtful; they are named
  2  wrong usage or settings
  3  an integrity rule failed, and nothing was published
  4  the source refused us
  5  the program itself failed; one line says where the details are
  6  no space, the storage failed, or files of the home are damaged
"""

ABOUT = """\
Reads the monthly reports of asset-backed trusts on SEC EDGAR into a warehouse
whose every number is traced to its printed line and checked by arithmetic.
"""

START = f"""\
start here:
  tieout nightly                      build a warehouse from the bundled sample
  tieout check                        what ties out, and what does not
  tieout sql "FROM v_deal_month"      ask it anything
  tieout COMMAND --help               what a command does, with examples

{EXIT_CODES}
where things are:
  TIEOUT_HOME, --home                 what runs write (default data/home; the
                                      sample lies in data/sample-home)
  TIEOUT_ARCHIVE, --archive           where filings come from
  TIEOUT_LAKE, --lake                 bytes, cells and facts (default home)
  EDGAR_IDENTITY, --identity          name and mail address, asked by EDGAR
"""

NIGHTLY = """\
Looks for new filings in the archive, reads them, rebuilds the warehouse beside
the live one, runs every rule on it and puts it in its place. Safe to stop at
any moment and to run again: what is done is not done twice.
"""
NIGHTLY_EXAMPLES = f"""\
examples:
  tieout nightly
      on the archive in TIEOUT_ARCHIVE; without one, on the files that were
      added to the home, or else on the bundled sample, in data/sample-home
  tieout nightly --archive ../shared/edgar --home /tmp/try
      on a folder that holds Archives/ as EDGAR does, into a home of its own
  tieout nightly --archive edgar --identity "Ann Lee ann@example.org"
      on EDGAR itself
  tieout nightly --lake s3://my-bucket/tieout
      what was fetched and read in a bucket, by the usual AWS_... variables
  tieout nightly --runner dask --address tcp://10.0.0.5:8786
      reads on a Dask cluster; flows/README.md says how to start one
  tieout nightly --no-prefect --json | jq .breaches
      the same stages without Prefect's server, for another scheduler

{EXIT_CODES}"""

BACKFILL = """\
Brings in the past, a quarter after the other: lists it, fetches what is not
held, reads it; at the end builds the warehouse, runs every rule on it and puts
it in its place. Safe to stop at any moment and to run again: it goes on where
it was, and asks for nothing twice. Thirty years of EDGAR are a night or two at
eight requests a second, and 50 to 100 GB.
"""
BACKFILL_EXAMPLES = f"""\
examples:
  tieout backfill --from 1996-Q1 --to 2005-Q4 --archive edgar
      the years of 8-K exhibits; EDGAR_IDENTITY says who asks
  tieout backfill --archive http://mirror.example/sec --rate 100
      everything that a mirror of one's own has
  tieout backfill --from 2012-Q1 --to 2012-Q1 --bulk --archive edgar
      a quarter from the bulk files of its days: few requests, many bytes

{EXIT_CODES}"""

REBUILD = """\
Reads again, from the bytes kept, the filings that a change of the code touches,
rebuilds the warehouse and publishes it. The archive is not asked. It says how
many filings were read again, and of how many only the facts were rebuilt.
Before that it looks at every file of cells, facts, ledger, register and marts
and at the database: what is damaged or gone is made again, and named.
"""
REBUILD_EXAMPLES = f"""\
examples:
  tieout rebuild
  tieout rebuild --no-prefect --processes 2
      without Prefect's server, by two processes

{EXIT_CODES}"""

NIGHTLY_AT = "30 2 * * *"
SERVE = """\
Runs `nightly` on a schedule until it is ended, one run at a time, and shows
the runs in Prefect's pages, where `backfill` and `rebuild` can be started. It
starts Prefect's server unless PREFECT_API_URL names one. EDGAR has indexed a
day some hours after ten in the evening, New York time: hence half past two.
"""
SERVE_EXAMPLES = f"""\
examples:
  tieout serve --archive edgar --identity "Ann Lee ann@example.org"
      every night; http://127.0.0.1:4200 shows the runs and what they changed
  tieout serve --cron "0 6 * * 1-5" --port 4300 --home /srv/tieout
      at six on weekdays, with pages on another port
  tieout serve --every 3600
      every hour

{EXIT_CODES}"""

ADD = """\
Takes filings from local files, as text or as full submissions, gzipped or not.
The next `tieout nightly` reads them like any other.
"""
ADD_EXAMPLES = """\
examples:
  tieout add report.txt
  tieout add inbox/*.txt.gz && tieout nightly
"""

NEXT_RUN = "The warehouse is as it was until the next run: `tieout rebuild` publishes at once"
REMOVE = """\
Takes the filings of a deal, or one filing, out of the warehouse. Their bytes
stay, and the state `removed` tells who did it and why; no run fetches or loads
them again until --undo. The next run publishes a warehouse without them, in
which earlier filings of the same month count again; `tieout rebuild` does so at
once, without the archive. --sample empties a home of the bundled sample, which
never meets real filings. Safe to run again.
"""
REMOVE_EXAMPLES = f"""\
examples:
  tieout remove 0009056404-03-000104 --why "filed for another trust"
  tieout remove "QHB 2003-5" --why "private deal" && tieout rebuild
  tieout remove --undo "QHB 2003-5" && tieout rebuild
  tieout remove --sample --home data/home
      before real filings come into a home in which the sample was tried

{EXIT_CODES}"""

CHECK = """\
Shows the latest reconciliation: how often each severity tied, and every breach
with what was expected, what was printed and the difference. A breach that
data/reference/waivers.csv explains is marked waived; a waiver whose amount is
no longer found is named. --trend shows how many reports of each trustee have
an error, year by year; months stand in v_trustee_month and v_rule_trend.
"""
CHECK_EXAMPLES = """\
examples:
  tieout check
  tieout check --rule C01 --deal "QHB 2003-5"
  tieout check --trend --rule C01
  tieout check --severity error --json | jq '.breaches[].scope_key'
"""

SQL = """\
Asks the published warehouse, read-only, in DuckDB's SQL. `tieout sql -` reads
the question from standard input. A terminal gets a table; a pipe gets tabs.
A question runs in a process of its own, which reaches no other file and no
network and changes nothing. It is stopped when it takes too long, needs too
much or answers more than 500 MB; one line names the limit. With --csv, texts
that a spreadsheet would run get an apostrophe and control characters become
pictures of themselves; --raw-text leaves texts as they are. Numbers stay.
"""
SQL_EXAMPLES = """\
examples:
  tieout sql "SELECT deal_name, distribution_date, pool_end
              FROM v_deal_month JOIN dim_deal USING (deal_id)"
  tieout sql "SHOW TABLES"
  tieout sql "SELECT column_name, comment FROM duckdb_columns()
              WHERE table_name = 'fact_collateral'"
  tieout sql - < sql/examples/14_deal_month_dashboard.sql
  tieout sql --csv "FROM v_class_month" > classes.csv
  tieout sql --csv --raw-text "FROM raw_cell LIMIT 9" > as_printed.csv
  tieout sql --seconds 900 --memory 2GB - < everything.sql
"""

VIEW = """\
Shows the published warehouse in the browser: a deal's history, what is past
due, what ties out and what does not, and any value with the line that prints
it; as known now, as first filed, or as known on a day. For this machine alone,
and read-only. It needs `pip install 'tieout[viewer]'`.
"""
VIEW_EXAMPLES = f"""\
examples:
  tieout view
  tieout view --home /tmp/try --port 8080

{EXIT_CODES}"""

EXPLAIN = """\
Draws how a file is read: every table under a ruler of its columns, the term of
each column or line, and the share of its numbers that is accounted for. Nothing
is stored.
"""
EXPLAIN_EXAMPLES = """\
examples:
  tieout explain report.txt | less -S
  tieout explain data/home/raw/03/0009056404-03-000110.txt.gz | less -S
"""

SOURCE = """\
Goes back from a value to the lines that print it, with the value marked.
WHAT is table.column of a fact; the options say which row. Without --date the
latest date of each deal is shown. Or give report_id and cell_id of raw_cell.
"""
SOURCE_EXAMPLES = """\
examples:
  tieout source fact_collateral.wac_net --deal "QHB 2003-5"
  tieout source fact_class_distribution.ending_balance --deal "QHB 2003-5" \\
      --class A1 --date 2003-07-21
  tieout source fact_delinquency.balance --status FORECLOSURE --bucket TOTAL
  tieout source 0009056404-03-000118:2:1 518:91
"""

STATUS = """\
Shows what became of every filing: states; what the printed values were read
into, and per family of layouts in percent: a column of their own (typed), a
line under their label (generic) or no fact (unmapped); how far its tables of
classes are proven; the same per fact; what ended badly; and the snapshot.
"""
STATUS_EXAMPLES = """\
examples:
  tieout status
  tieout status --json | jq .states
"""

VERIFY = """\
Reads every file of the home and its lake, and compares it with what was
written: raw bytes, cells, facts, ledger, register, marts and the database. One
line for each that is damaged names it and the command that heals it: `rebuild`
makes everything again of the raw bytes, the next `nightly` or `backfill`
fetches raw bytes again, and `add` brings back those of a local file. Nothing is
changed, but for a note of the raw bytes to be fetched again; no run may write
meanwhile.
"""
VERIFY_EXAMPLES = f"""\
examples:
  tieout verify
  tieout verify || tieout rebuild
  tieout verify --json | jq -r .[].file

{EXIT_CODES}"""

LABELS = """\
Ranks the labels and heads that met no term, by how many printed values they
leave without a column: what the vocabulary should learn next. Names of classes
and groups, dates and outline numbers are taken out; beside each stand its
statement, an example, and the nearest label that is known.
"""
LABELS_EXAMPLES = """\
examples:
  tieout labels
  tieout labels --top 50 --family "(none)"
  tieout labels --top 1000 --csv > labels.csv
"""

DRAFT = """\
Writes a first declaration of a layout from one filing: a name, the marks that
may give its family away, and, commented out, titles and labels that met no term
with what they may mean. Finish it by hand and put it into transforms/layouts.
Most reports need none: reading works without.
"""
DRAFT_EXAMPLES = """\
examples:
  tieout draft report.txt
  tieout draft report.txt --family some_bank -o some_bank.toml
"""

APPROVE = """\
Writes what is read from a filing as a text beside it, FILE.facts: one row of a
table a line, each value as printed with the line it stands on. A person reads
it against the filing and signs it; the tests refuse one that nobody signed.
Where such a text lies already, the differences are shown, nothing is written.
"""
APPROVE_EXAMPLES = f"""\
examples:
  tieout approve report.txt
  tieout approve report.txt -o tests/fixtures/layouts
  tieout approve report.txt --yes
      take the new text; it must be read and signed again

{EXIT_CODES}  approve also ends with 1 where the text it would write differs
"""
