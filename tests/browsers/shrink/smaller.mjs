// Journeys with one thing less: every way to make one smaller, the bold ones first.

const copy = (value) => structuredClone(value);

// A copy of the journey with one change made to it.
function changed(journey, change) {
  const out = copy(journey);
  change(out);
  return out;
}

function* without(journey, listOf, keep = 0) {
  const list = listOf(journey);
  if (!list) return;
  if (list.length > keep + 3) {
    const half = Math.ceil(list.length / 2);
    yield changed(journey, (j) => listOf(j).splice(0, half));
    yield changed(journey, (j) => listOf(j).splice(half));
  }
  if (list.length > 60) return;
  for (let i = 0; i < list.length && list.length > keep; i++) yield changed(journey, (j) => listOf(j).splice(i, 1));
}

const hopsOf = (step) => [step, ...(step.redirects ?? [])];

function* answersOf(journey) {
  for (const [s, step] of journey.steps.entries()) {
    for (let h = 0; h < hopsOf(step).length; h++) {
      for (const part of ['preflight', 'response']) {
        if (hopsOf(step)[h][part]) yield (j) => hopsOf(j.steps[s])[h][part];
      }
    }
  }
}

function* headers(journey) {
  for (const answer of answersOf(journey)) yield* without(journey, (j) => answer(j).headers);
  for (const [s, step] of journey.steps.entries()) {
    if (step.request?.headers) yield* without(journey, (j) => j.steps[s].request.headers);
  }
}

// The attributes of every Set-Cookie line, held, sent or assigned.
function* linePlaces(journey) {
  for (const i of (journey.cookies ?? []).keys()) yield [(j) => j.cookies[i], 'set_cookie'];
  for (const [s, step] of journey.steps.entries()) if ('document_cookie' in step) yield [(j) => j.steps[s], 'document_cookie'];
  for (const answer of answersOf(journey)) {
    for (const [i, [name]] of answer(journey).headers.entries()) {
      if (name === 'Set-Cookie') yield [(j) => answer(j).headers[i], 1];
    }
  }
}

function* lines(journey) {
  for (const [place, key] of linePlaces(journey)) {
    const parts = place(journey)[key].split(';');
    for (let i = 1; i < parts.length; i++) {
      yield changed(journey, (j) => { place(j)[key] = parts.filter((_, n) => n !== i).join(';'); });
    }
  }
}

function* redirects(journey) {
  for (const [s, step] of journey.steps.entries()) {
    for (let i = 0; i < (step.redirects?.length ?? 0); i++) {
      // the last hop's answer, one hop earlier
      yield changed(journey, (j) => {
        const left = hopsOf(j.steps[s]);
        left[i].response = left[i + 1].response;
        j.steps[s].redirects.splice(i, 1);
        if (j.steps[s].redirects.length === 0) delete j.steps[s].redirects;
      });
    }
  }
}

const DEFAULTS = { method: 'GET', kind: 'fetch', mode: 'cors', credentials: 'include' };

function* requests(journey) {
  for (const [s, step] of journey.steps.entries()) {
    for (const key of ['wait_s', 'page', 'ancestors', 'sandboxed', 'preflight']) {
      if (key in step) yield changed(journey, (j) => { delete j.steps[s][key]; });
    }
    for (const key of Object.keys(step.request ?? {}).filter((k) => k !== 'url' && k !== 'kind')) {
      yield changed(journey, (j) => { delete j.steps[s].request[key]; });
      if (DEFAULTS[key] && step.request[key] !== DEFAULTS[key]) yield changed(journey, (j) => { j.steps[s].request[key] = DEFAULTS[key]; });
    }
  }
}

function plainUrl(url) {
  const parsed = new URL(url);
  return [`${parsed.protocol}//${parsed.host}/`, `${parsed.protocol}//${parsed.hostname}${parsed.pathname}`];
}

// Every URL plainer, wherever it stands in the journey.
function* urls(journey) {
  const text = JSON.stringify(journey);
  for (const url of new Set(text.match(/(?:https?|wss?):\/\/[^"\\\s,;]+/g) ?? [])) {
    if (!URL.canParse(url)) continue;
    for (const plain of plainUrl(url)) {
      if (plain !== url && plain.length < url.length) yield JSON.parse(text.replaceAll(`"${url}"`, `"${plain}"`));
    }
  }
}

function* whole(journey) {
  yield* without(journey, (j) => j.steps, 1);
  yield* without(journey, (j) => j.cookies);
  yield* without(journey, (j) => j.ancestors);
  if (journey.sandboxed) yield changed(journey, (j) => { delete j.sandboxed; });
  for (const i of (journey.cookies ?? []).keys()) {
    if (journey.cookies[i].age_s) yield changed(journey, (j) => { j.cookies[i].age_s = 0; });
  }
}

export function* smaller(journey) {
  yield* whole(journey);
  yield* redirects(journey);
  yield* headers(journey);
  yield* requests(journey);
  yield* lines(journey);
  yield* urls(journey);
}
