"""Plain second readings of the standards, as slow and simple as they come."""
import datetime
import re


def domain_matches(host, domain):
    """RFC 6265bis 5.1.3, by labels; no addresses here."""
    host, domain = host.split("."), domain.split(".")
    return host[len(host) - len(domain):] == domain if len(domain) <= len(host) else False


def default_path(path):
    """RFC 6265bis 5.1.4."""
    parts = path.split("/")
    return "/".join(parts[:-1]) or "/"


def path_matches(request, cookie):
    """RFC 6265bis 5.1.4: the cookie's path is a whole number of directories, or the path itself."""
    if cookie == request:
        return True
    directory = cookie if cookie.endswith("/") else cookie + "/"
    return request.startswith(directory)


MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DELIMITERS = r"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+"


def cookie_date(text):
    """RFC 6265bis 5.1.1: seconds since 1970, or None."""
    time = day = month = year = None
    for token in re.split(DELIMITERS, text):
        found = re.fullmatch(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(\D.*)?", token, re.S | re.A)
        if time is None and found:
            time = [int(part) for part in found.group(1, 2, 3)]
            continue
        found = re.fullmatch(r"(\d{1,2})(\D.*)?", token, re.S | re.A)
        if day is None and found:
            day = int(found[1])
            continue
        if month is None and token[:3].lower() in MONTHS:
            month = MONTHS.index(token[:3].lower()) + 1
            continue
        found = re.fullmatch(r"(\d{2,4})(\D.*)?", token, re.S | re.A)
        if year is None and found:
            year = int(found[1])
    if None in (time, day, month, year):
        return None
    year += 1900 if 70 <= year <= 99 else 2000 if year <= 69 else 0
    if year < 1601:
        return None
    try:
        stamp = datetime.datetime(year, month, day, *time, tzinfo=datetime.timezone.utc)
    except ValueError:
        return None
    return int(stamp.timestamp())


class SuffixList:
    """publicsuffix.org's algorithm over its list."""

    def __init__(self, path):
        self.rules = set()
        for line in path.read_text("utf-8").splitlines():
            rule = line.split()[0] if line.strip() else "//"
            if not rule.startswith("//"):
                self.rules.add(ascii_of(rule))

    def suffix(self, host):
        labels = host.split(".")
        best = 1
        for start in range(len(labels)):
            here = labels[start:]
            if "!" + ".".join(here) in self.rules:
                return ".".join(here[1:])
            if ".".join(here) in self.rules or ".".join(["*"] + here[1:]) in self.rules:
                best = max(best, len(here))
        return ".".join(labels[-best:])

    def registrable(self, host):
        """None for a public suffix itself."""
        suffix = self.suffix(host)
        if host == suffix:
            return None
        return ".".join(host.split(".")[-(suffix.count(".") + 2):])

    def same_site(self, one, two):
        """Schemelessly same site; HTML."""
        site = self.registrable(one)
        return one == two if site is None else site == self.registrable(two)


def ascii_of(rule):
    mark = "!" if rule.startswith("!") else ""
    labels = rule.lstrip("!").split(".")
    return mark + ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode()
                           for label in labels)
