// The comparison for programs: the report that explain prints, with "verified" added.

// Of these only --show-values tells more than that they differ.
const SECRET = new Set(['cookie_header', 'document_cookie', 'jar.value', 'url']);

function difference({ field, where, verdict, browser, model }, showValues) {
  const said = showValues || !SECRET.has(field) ? { browser, model } : {};
  return { field, where, verdict, ...said };
}

export function asJson({ name, sum, facts, notes, observed, report }, { show_values: showValues }) {
  const verified = {
    browser: observed.browser, name, agrees: sum.differs === 0, facts: sum.compared, agree: sum.agrees, differ: sum.differs,
    unknown: sum.unknown, excluded: sum.excluded, notes,
    differences: facts.filter(({ verdict }) => verdict === 'differs' || verdict === 'unknown').map((fact) => difference(fact, showValues)),
    ...(showValues && { observed }),
  };
  return `${JSON.stringify({ ...report, verified })}\n`;
}
