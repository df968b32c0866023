-- What is known of one deal, $deal.
SELECT d.*,
       (SELECT string_agg(DISTINCT trustee, ', ' ORDER BY trustee) FROM report WHERE deal_id = $deal) AS trustees,
       (SELECT string_agg(DISTINCT id_value, ', ' ORDER BY id_value) FROM dim_deal_identifier
        WHERE deal_id = $deal AND id_type = 'SEC_FILE_NUMBER') AS file_numbers,
       (SELECT string_agg(DISTINCT id_value, ', ' ORDER BY id_value) FROM dim_deal_identifier
        WHERE deal_id = $deal AND id_type LIKE '%CIK') AS ciks
FROM dim_deal AS d
WHERE deal_id = $deal
