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

/** The names a line may go by: browsers differ on a line without `=`. */
function namesOf(line) {
    const pair = line.split(';')[0];
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    return name === '' ? ['', pair.slice(equals + 1).trim().toLowerCase()] : [name];
}

/** What a browser cuts or turns into other letters may end under any name. */
const isPlain = (line) => /^[\x20-\x7e]*$/.test(line);

function mayCollide(one, other) {
    return !isPlain(one) || !isPlain(other) || namesOf(one).some((name) => namesOf(other).includes(name));
}

/** So many or so long cookies that a browser may have dropped older ones for want of room. */
function crowded(lines, before) {
    return before.length + lines.length > 140 || lines.reduce((sum, {line}) => sum + line.length, 0) > 9000;
}

/** Sets `stored`, `deleted` and `cookie` of every line that can be told. */
export function linesStored(lines, before, after) {
    const held = new Set(before.map((cookie) => JSON.stringify(cookie)));
    const changed = after.filter((cookie) => !held.has(JSON.stringify(cookie)));
    const strange = changed.some((cookie) => !lines.some(({line}) => carries(cookie, line)));
    const quiet = !strange && !crowded(lines, before);
    lines.forEach((entry) => {
        const others = lines.filter((other) => other !== entry && mayCollide(other.line, entry.line));
        if (entry.reasons?.length > 0) entry.stored = false;
        else tell(entry, others, {before, after, changed, quiet});
        if (entry.stored === false && entry.reasons?.length === 0) delete entry.reasons;
    });
}

function tell(entry, others, {before, after, changed, quiet}) {
    const found = changed.filter((cookie) => carries(cookie, entry.line));
    if (found.length === 1 && !others.some(({line}) => carries(found[0], line))) {
        Object.assign(entry, {stored: true, cookie: found[0]});
    } else if (quiet && isPlain(entry.line) && others.length === 0 && !after.some((cookie) => carries(cookie, entry.line))) {
        const [name] = namesOf(entry.line);
        const count = (jar) => jar.filter((cookie) => cookie.name.toLowerCase() === name).length;
        entry.stored = false;
        if (count(after) < count(before)) entry.deleted = true;
    }
}
