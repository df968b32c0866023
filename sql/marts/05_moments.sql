-- Words that the marts share: which proofs are sound, which moment is now, a rate by the year.
CREATE MACRO undoubted() AS ['proven', 'plausible'];
COMMENT ON MACRO undoubted IS 'The proofs of readings that a mart takes; what a measure takes from another statement has one of them in the twin _all too.';
CREATE MACRO any_proof() AS ['proven', 'plausible', 'doubtful'];
COMMENT ON MACRO any_proof IS 'The proofs that the twin _all of a mart takes: every one.';
CREATE MACRO latest() AS TIMESTAMP '9999-12-30 00:00:00';
COMMENT ON MACRO latest IS 'The moment at which the versions in force are known.';

-- A rate of one period as one by the year; what left cannot be more than what was there.
CREATE MACRO annual(rate, months) AS CASE WHEN rate <= 1 THEN 1 - power(1 - rate, 12 / months) END;
COMMENT ON MACRO annual IS 'A rate of a period of some months by the year: 1 - (1 - rate)^(12 / months).';

CREATE MACRO sound(twin) AS TABLE SELECT * FROM query_table(twin) WHERE proof IN ('proven', 'plausible');
COMMENT ON MACRO TABLE sound IS 'What a mart takes of its twin _all: proven and plausible readings.';
