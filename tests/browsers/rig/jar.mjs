// The order of cookies in a report.

function compare(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

export function byPlace(a, b) {
    return compare(a.domain, b.domain) || compare(a.path, b.path) || compare(a.name, b.name)
        || compare(JSON.stringify(a.partition ?? null), JSON.stringify(b.partition ?? null));
}
