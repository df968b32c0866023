-- id: T01
-- title: A trigger agrees with its test
-- kind: reconciliation
-- grain: report x group x trigger
-- unit: count
-- severity: error
-- tolerance: 0
-- why: the test is passed below its limit, or the flag is of another month

SELECT report_id, group_code || ' ' || trigger_code AS scope_key, (actual_value > threshold_value)::INTEGER AS expected,
       is_in_effect::INTEGER AS actual, 0 AS tolerance
FROM fact_trigger
WHERE actual_value IS NOT NULL AND threshold_value IS NOT NULL
