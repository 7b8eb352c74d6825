"""What a pasted console message is known by: the distinctive words of each wording."""
import re

SEPARATOR = "\x01"
# What stands around the words that tell one reason from another, in any browser.
AROUND = [
    r"^Network panel: ", r"^Issues panel: ",
    r"^Access to fetch at '<URL>' from origin '<ORIGIN>' has been blocked by CORS policy: ",
    r"^Cross-Origin Request (?:Blocked|Warning): The Same Origin Policy .*? \(Reason: ",
    r"^Cross-origin redirection to <URL> denied by Cross-Origin Resource Sharing policy: ",
    r"^Fetch API cannot load <URL>\. ",
    r"^(?:Type|Security)Error: ", r"^Failed to execute 'fetch' on 'Window': ", r"^Window\.fetch: ",
    r"\)?\.? Status code: <STATUS>\.?$", r"\)\.$", r"\.$",
]
SHORTEST_PIECE = 4
SHORTEST_PHRASE = 12


def normal(text):
    """As src/ingest/console.c does it: lower case, no quotes, one blank for any run of them."""
    return " ".join(re.sub(r"[\"'`\\]", "", text).lower().split())


def phrase(wording):
    for pattern in AROUND:
        wording = re.sub(pattern, "", wording)
    pieces = [normal(piece) for piece in re.split(r"<[A-Z]+>", wording)]
    return SEPARATOR.join(piece for piece in pieces if len(piece) >= SHORTEST_PIECE)


def phrases(reason):
    out = []
    for wording in [*sum(reason.says.values(), []), *reason.phrases]:
        made = phrase(wording)
        if len(made) < SHORTEST_PHRASE:
            reason.fail(f"too little to know a message by: {wording}")
        if made not in out:
            out.append(made)
    return out
