-- id: I16
-- title: Printed formulas come to their lines
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: a line was renumbered and its formula was not, a percentage in a label is of another deal, or a figure is wrong;
--   `printed_formula` shows which formula breaks by what

SELECT report_id, 'formulas' AS scope_key, count(*) AS expected, count(*) FILTER (outcome <> 'breach') AS actual,
       0 AS tolerance
FROM printed_formula
WHERE outcome <> 'not_applicable'
GROUP BY report_id
