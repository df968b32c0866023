-- What interest for a whole number of days confirms: the balance, the rate, and the interest itself.

-- Another balance, rate or amount may fit another number of days. The first two arguments are in units of the last digit.
CREATE MACRO one_digit_apart(one, other) AS
  regexp_matches(abs(one::HUGEINT - other::HUGEINT)::VARCHAR, '^[1-9]0*$');
COMMENT ON MACRO one_digit_apart IS 'Whether one whole number may be another with one digit changed: they differ by one digit and zeros behind it.';

-- With n days the value fits; with m days one of n / m times its size would, and must not be one digit away.
CREATE MACRO fits_these_days_alone(value, scale, n, least_days, most_days, is_interest) AS
  NOT list_bool_or([
    list_bool_or([
      one_digit_apart(round(value * power(10.0, scale)),
                      round(value * power(10.0, scale) * CASE WHEN is_interest THEN m / n ELSE n / m END) + near)
      FOR near IN [-1, 0, 1]])
    FOR m IN range(least_days, most_days + 1) IF m <> n]);
COMMENT ON MACRO fits_these_days_alone IS 'Whether no value one digit away from this one, printed to so many decimals, comes to the same interest in another whole number of days between these.';

-- A first period may be a few days or two months; other days than these come into question for it too.
CREATE MACRO covers_accrual(
  class_id, interest_column, balance_column, balance, rate, interest, scale, n, least_days, most_days, accrual_days) AS
  CASE WHEN n = accrual_days OR n BETWEEN 20 AND 40 AND scale IS NOT NULL
         AND fits_these_days_alone(rate, scale, n, least_days, most_days, false)
         AND fits_these_days_alone(balance, 2, n, least_days, most_days, false)
         AND fits_these_days_alone(interest, 2, n, least_days, most_days, true)
       THEN [
         covered('fact_class_distribution', class_id, interest_column, 1),
         covered('fact_class_distribution', class_id, 'pass_through_rate', balance * n / 360),
         covered('fact_class_distribution', class_id, balance_column, rate * n / 360)]
         || CASE WHEN n = accrual_days THEN [covered('fact_class_distribution', class_id, 'accrual_days', balance * rate / 360)]
                 ELSE [] END
       END;
COMMENT ON MACRO covers_accrual IS 'The values of a class that its interest for n days confirms, where the days are printed or no other days come into question.';
