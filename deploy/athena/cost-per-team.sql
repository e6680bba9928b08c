-- Cost of the last month in USD by team and model, at contract and at list prices.
SELECT
  json_extract_scalar(tags, '$.team') AS team,
  x_modelname AS model,
  sum(effectivecost) AS cost_usd,
  sum(listcost) AS list_cost_usd,
  sum(IF(x_isestimated, effectivecost, 0)) AS estimated_usd,
  sum(x_requestcount) AS requests
FROM bedrock_charges
WHERE dt >= date_format(date_add('month', -1, date_trunc('month', current_date)), '%Y-%m-%d')
  AND dt < date_format(date_trunc('month', current_date), '%Y-%m-%d')
GROUP BY 1, 2
ORDER BY cost_usd DESC;
