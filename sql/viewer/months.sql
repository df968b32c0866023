-- Pool and classes of one deal, $deal, month by month, in the versions that `known` holds.
SELECT m.distribution_date, m.pool_beg, m.pool_sched, m.pool_unsched, m.pool_loss, m.pool_end,
       p.derived_pool_factor AS pool_factor, m.cls_beg, m.cls_int, m.cls_prin, m.cls_loss, m.cls_end, m.version_no,
       m.proof, m.report_id
FROM deal_months AS m
LEFT JOIN (FROM pool_months WHERE deal_id = $deal AND group_code = 'ALL') AS p USING (report_id)
WHERE m.deal_id = $deal
ORDER BY m.distribution_date, m.report_id
