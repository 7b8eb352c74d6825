"""Applies a fix, as the report prints it, to the configuration of the server it was printed for."""
import re

# Reports hide what a cookie holds; whoever applies a fix leaves it as it is. All of the zoo's cookies hold this.
HIDDEN, COOKIE_VALUE = "\u2026", "1"
IF = re.compile(r"^\s*if \((\S+) = '?(\w+)'?\) \{\s*$")


def place_of(change):
    """What a change is made to: preflight, response, request, page, cookie."""
    parts = change["at"].strip("/").split("/")
    if parts[0] == "cookies":
        return "cookie"
    if "redirects" in parts:
        return "redirect"
    return parts[-1]


def printed_changes(fix):
    """(place, name, value before, value after) of each change; what is only assumed is nobody's change."""
    return [{"place": place_of(change), "name": change["name"], "before": change["before"],
             "value": change["after"].replace(HIDDEN, COOKIE_VALUE)}
            for change in fix["changes"] if not change.get("assumed")]


def cookie_name(line):
    return line.split("=")[0].strip()


class Block:
    """Lines of an nginx configuration from an opening brace to the closing one; own: those of no inner block."""

    def __init__(self, lines, start):
        self.start, depth, self.own = start, 0, []
        for at in range(start, len(lines)):
            if depth == 1 and at > start:
                self.own.append(at)
            depth += lines[at].count("{") - lines[at].count("}")
            if depth == 0:
                self.end = at
                return
        raise ValueError("a brace is not closed")

    def headers(self, lines):
        return [at for at in self.own if re.match(r"\s*add_header\s", lines[at])]


def is_about(line, change):
    """Whether an add_header line sets the header that is changed; of cookies, the same cookie."""
    found = re.match(r"\s*add_header\s+['\"]?([\w-]+)['\"]?\s+['\"]?([^'\"]*)", line)
    if not found or found[1].lower() != change["name"].lower():
        return False
    return change["name"].lower() != "set-cookie" or cookie_name(found[2]) == cookie_name(change["value"])


def blocks_of(lines, path):
    """The server block and the location that answers for a path."""
    best = None
    for at, line in enumerate(lines):
        found = re.match(r"\s*location (= )?(/\S*) \{", line)
        if found and (path == found[2] or not found[1] and path.startswith(found[2])):
            if best is None or len(found[2]) > best[1]:
                best = (at, len(found[2]))
    if best is None:
        raise ValueError(f"no location for {path}")
    location = Block(lines, best[0])
    server = max(at for at in range(best[0]) if re.match(r"\s*server \{", lines[at]))
    return Block(lines, server), location


def if_block(lines, location, is_meant):
    """The if of a location that is meant, asked by what it compares, with what, and the lines in it."""
    for at in range(location.start, location.end):
        found = IF.match(lines[at])
        block = Block(lines, at) if found else None
        if found and is_meant(found[1], found[2], [lines[own] for own in block.own]):
            return block
    return None


def nginx_level(lines, path, method):
    """The block whose add_header lines hold for a path: those of a location hide those of the server."""
    server, location = blocks_of(lines, path)
    block = if_block(lines, location, lambda what, value, _: (what, value) == ("$request_method", method))
    if block and block.headers(lines):
        return block
    return server if server.headers(lines) and not location.headers(lines) else location


def answers_preflights(what, value, lines):
    return any(re.match(r"\s*return 20[04]", line) for line in lines) and "options" in value.lower()


def nginx_options_block(lines, path, method):
    """The block that answers preflights; made, with the headers of the location, where there is none."""
    _, location = blocks_of(lines, path)
    block = if_block(lines, location, answers_preflights)
    if block:
        return block
    level = nginx_level(lines, path, method)
    copied = [lines[at] for at in level.headers(lines)]
    at = location.start + 1
    lines[at:at] = ["        if ($request_method = OPTIONS) {", *copied, "            return 204;", "        }"]
    return Block(lines, at)


def passes_preflights_on(lines, path):
    _, location = blocks_of(lines, path)
    return (any("proxy_pass" in lines[at] for at in location.own) and
            not if_block(lines, location, answers_preflights))


def mend_nginx(text, path, method, changes):
    lines = text.split("\n")
    status = any(change["place"] == "preflight" and change["name"] == "status" for change in changes)
    for change in changes:
        if change["place"] == "preflight" and (status or not passes_preflights_on(lines, path)):
            block = nginx_options_block(lines, path, method)
        else:
            block = nginx_level(lines, path, method)
        if change["name"] == "status":
            for at in block.own:
                lines[at] = re.sub(r"^(\s*return )\d+[^;]*;", rf"\g<1>{change['value']};", lines[at])
            continue
        proxied = any("proxy_pass" in lines[at] for at in block.own)
        for at in reversed([at for at in block.own if is_about(lines[at], change)]):
            del lines[at]
        block = Block(lines, block.start)
        hide = f"proxy_hide_header {change['name']};"
        if proxied and change["before"] and all(hide not in lines[at] for at in block.own):
            lines.insert(block.start + 1, hide)
        lines.insert(block.start + 1, f"add_header {change['name']} \"{change['value']}\" always;")
    return "\n".join(lines)


def mend_apache(text, changes):
    more = []
    for place, sign in (("preflight", "=="), ("response", "!=")):
        mine = [change for change in changes if change["place"] == place]
        if any(change["name"] == "status" for change in mine):
            more += ["RewriteEngine On", "RewriteCond %{REQUEST_METHOD} OPTIONS", "RewriteRule ^ - [R=204,L]"]
        lines = []
        for change in mine:
            name, value = change["name"], change["value"]
            if name.lower() == "set-cookie":
                pattern = f"\"^{cookie_name(value)}=.*\" \"{value}\""
                lines += [f"Header edit Set-Cookie {pattern}", f"Header always edit Set-Cookie {pattern}"]
            elif name != "status":
                lines += [f"Header unset {name}", f"Header always unset {name}", f"Header always set {name} \"{value}\""]
        if lines:
            more += [f"<If \"%{{REQUEST_METHOD}} {sign} 'OPTIONS'\">", *lines, "</If>"]
    return text.replace("</VirtualHost>", "\n".join([*more, "</VirtualHost>"]), 1)


def mend_arguments(arguments, fix):
    """The probe's command line after what the fix changes at the client: the URL comes first."""
    arguments = list(arguments)
    for change in fix["changes"]:
        place, name, value = place_of(change), change["name"], change["after"].replace(HIDDEN, COOKIE_VALUE)
        if place == "request" and name == "url":
            arguments[0] = value
        elif place == "request" and name in ("credentials", "method"):
            set_option(arguments, f"--{name}", value)
        elif place == "request" and name == "with_credentials":
            set_option(arguments, "--credentials", "include" if value == "true" else "same-origin")
        elif place == "page":
            set_option(arguments, "--page", value)
        elif place == "cookie" and name != "url":  # what --cookie names is of the address that is asked
            set_option(arguments, "--cookie", value, int(change["at"].split("/")[-1]))
        elif place == "request":
            raise ValueError(f"no way to change the request's {name}")
    return arguments


def set_option(arguments, option, value, nth=0):
    """The value of the nth of these options; added where there is none."""
    places = [at for at, word in enumerate(arguments) if word == option]
    if nth < len(places):
        arguments[places[nth] + 1] = value
    else:
        arguments += [option, value]
