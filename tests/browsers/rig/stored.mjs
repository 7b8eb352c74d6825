// Which Set-Cookie lines a browser kept, told from its jar before and after. Says nothing where
// the two jars leave it open.

/** The cookie of a line, by what the line says: a browser may have cut, dropped or moved parts. */
function carries(cookie, line) {
    const pair = line.split(';')[0];
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    const value = pair.slice(equals + 1).trim();
    return (cookie.name === name && cookie.value === value) || (cookie.value === '' && cookie.name === pair.trim());
}

function nameOf(line) {
    return line.split(';')[0].split('=')[0].trim().toLowerCase();
}

/** So many or so long cookies that a browser may have dropped older ones for want of room. */
function crowded(lines, before) {
    return before.length + lines.length > 140 || lines.reduce((sum, {line}) => sum + line.length, 0) > 9000;
}

/** Sets `stored` and `cookie` of every line that can be told. */
export function linesStored(lines, before, after) {
    const held = new Set(before.map((cookie) => JSON.stringify(cookie)));
    const changed = after.filter((cookie) => !held.has(JSON.stringify(cookie)));
    const strange = changed.filter((cookie) => !lines.some(({line}) => carries(cookie, line)));
    lines.forEach((entry, number) => {
        const found = changed.filter((cookie) => carries(cookie, entry.line));
        const twins = lines.filter(({line}) => nameOf(line) === nameOf(entry.line)).length > 1;
        if (entry.reasons?.length > 0) entry.stored = false;
        else if (found.length === 1 && !(twins && lines.some((other, i) => i !== number && carries(found[0], other.line)))) {
            Object.assign(entry, {stored: true, cookie: found[0]});
        } else if (found.length === 0 && !twins && strange.length === 0 && !crowded(lines, before)
            && !after.some((cookie) => carries(cookie, entry.line))) {
            entry.stored = false;
        }
        if (entry.stored === false && entry.reasons?.length === 0) delete entry.reasons;
    });
}
