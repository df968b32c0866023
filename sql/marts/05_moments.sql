-- Words that the marts share: the proofs of a mart and of its twin `_all`, the moment that is now, a rate by the year.
CREATE MACRO undoubted() AS ['proven', 'plausible'];
COMMENT ON MACRO undoubted IS 'The proofs that a mart takes.';
CREATE MACRO any_proof() AS ['proven', 'plausible', 'doubtful'];
COMMENT ON MACRO any_proof IS 'The proofs that the twin _all of a mart takes: every one.';
CREATE MACRO latest() AS TIMESTAMP '9999-12-30 00:00:00';
COMMENT ON MACRO latest IS 'The moment at which the versions in force are known.';

-- A rate by the month as one by the year; what left cannot be more than what was there.
CREATE MACRO annual(rate) AS CASE WHEN rate <= 1 THEN 1 - power(1 - rate, 12) END;
COMMENT ON MACRO annual IS 'A monthly rate by the year: 1 - (1 - rate)^12.';
