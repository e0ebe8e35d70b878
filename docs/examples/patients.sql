WITH codes AS (
  SELECT rxcui, name, ndcs FROM read_csv('tci.csv', all_varchar = true)
),
packages AS (
  SELECT unnest(string_split(ndcs, '; ')) AS ndc, name FROM codes
),
found AS (
  SELECT p.id, p.patient, p.written, coalesce(c.name, n.name) AS name
  FROM read_csv('docs/examples/prescriptions.csv', all_varchar = true) AS p
  LEFT JOIN codes AS c ON c.rxcui = p.rxcui
  LEFT JOIN packages AS n ON n.ndc = p.ndc
)
SELECT
  patient,
  min(written) AS first,
  count(DISTINCT id) AS prescriptions,
  string_agg(DISTINCT name, '; ' ORDER BY name) AS drugs
FROM found
WHERE name IS NOT NULL
GROUP BY patient
ORDER BY patient
