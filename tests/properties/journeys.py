"""Journeys with random mistakes of server, client and cookies, as people make them: for fixes.py."""
import random

PAGES = ["https://app.example.com/login", "https://www.example.co.uk/", "http://app.example.com/", "http://localhost:3000/", "http://127.0.0.1:3000/",
         "https://example.com/a/b", "https://203.0.113.7/", "https://alice.github.io/"]
SERVERS = ["https://api.example.com", "https://api.other.test", "http://api.example.com", "https://example.com:8443",
           "http://localhost:8080", "https://192.168.1.10", "https://bob.github.io", "https://api.example.co.uk"]
ORIGINS = ["*", "null", "https://www.example.com", "https://app.example.com/", "https://APP.example.com", "", "app.example.com"]
TAILS = ["", "; Path=/", "; SameSite=Lax", "; SameSite=Strict; Secure", "; SameSite=None", "; SameSite=None; Secure",
         "; SameSite=None; Secure; Partitioned", "; Secure; HttpOnly", "; Domain=com", "; Domain=example.com; Secure"]
NAMES = ["sid", "theme", "__Host-sid", "__Secure-t", "csrf"]
KINDS = ["fetch"] * 6 + ["xhr"] * 3 + ["eventsource", "img", "script", "iframe", "websocket", "beacon", "form-post", "navigate"]


class Maker:
    """Makes the same journeys each time."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, part):
        return self.random.random() < part

    def one(self, things):
        return self.random.choice(things)

    def allow(self, page, good):
        origin = page[:page.index("/", 8)]
        headers = []
        if self.chance(0.9):
            headers.append(["Access-Control-Allow-Origin", origin if self.chance(good) else self.one(ORIGINS)])
        if self.chance(0.85):
            headers.append(["Access-Control-Allow-Credentials", "true" if self.chance(0.9) else "True"])
        if self.chance(0.3):
            headers.append(["Vary", self.one(["Origin", "Accept-Encoding"])])
        return headers

    def preflight(self, page):
        headers = self.allow(page, 0.8)
        if self.chance(0.7):
            headers.append(["Access-Control-Allow-Methods", self.one(["GET, PUT", "*", "DELETE", "PUT, PATCH, DELETE", "G\u00e4T"])])
        if self.chance(0.7):
            headers.append(["Access-Control-Allow-Headers", self.one(["content-type", "*", "Content-Type, X-Csrf", "a b"])])
        return {"status": self.one([204, 204, 204, 200, 401, 404, 302]), "headers": headers}

    def line(self):
        return f"{self.one(NAMES)}={self.random.randrange(10**6)}{self.one(TAILS)}"

    def request(self, url):
        kind = self.one(KINDS)
        request = {"kind": kind, "url": url}
        if kind == "websocket":
            request["url"] = url.replace("http", "ws", 1)
        if kind in ("fetch", "xhr"):
            request["method"] = self.one(["GET", "GET", "POST", "PUT", "DELETE", "patch"])
            request["headers"] = [h for h in (["Content-Type", "application/json"], ["X-Csrf", "1"]) if self.chance(0.3)]
        if kind == "fetch":
            request["credentials"] = self.one(["include", "include", "same-origin", "omit"])
            request["mode"] = self.one(["cors"] * 8 + ["same-origin"])
        if kind in ("xhr", "eventsource"):
            request["with_credentials"] = self.chance(0.7)
        return request

    def step(self, page, server):
        step = {"request": self.request(f"{server}/v1/{self.one('abc')}")}
        step["preflight"] = self.preflight(page)
        if self.chance(0.97):
            lines = [["Set-Cookie", self.line()] for _ in range(self.one([0, 0, 1, 2]))]
            kind = [["Content-Type", "text/event-stream"]] if step["request"]["kind"] == "eventsource" else []
            status = 101 if step["request"]["kind"] == "websocket" else 200
            step["response"] = {"status": status, "headers": kind + self.allow(page, 0.8) + lines}
            if self.chance(0.15) and status == 200:
                self.redirected(page, step)
        return step

    def redirected(self, page, step):
        """The step with one or two redirects, most of them from one server to another."""
        step["redirects"] = []
        for _ in range(self.one([1, 1, 2])):
            there = self.one(SERVERS) + self.one(["/v2/there", "/v2/there", "/there?token=abc123def456", "/login"])
            landed = {"preflight": self.preflight(page), "response": step["response"]}
            step["redirects"].insert(0, landed)
            lines = [["Set-Cookie", self.line()]] if self.chance(0.2) else []
            step["response"] = {"status": self.one([307, 308, 302, 301, 303]),
                                "headers": [["Location", there]] + self.allow(page, 0.9) + lines}

    def journey(self, steps):
        page = self.one(PAGES)
        servers = [self.one(SERVERS) for _ in range(self.one([1, 1, 1, 2]))]
        held = [{"url": self.one(servers) + "/", "set_cookie": self.line(), "age_s": 600}
                for _ in range(self.one([0, 0, 1, 2]))]
        return {"page": page, "cookies": held, "steps": [self.step(page, self.one(servers)) for _ in range(steps)],
                "browsers": self.one([["chrome"], ["chrome", "firefox", "chrome-no3pc", "safari"],
                                      ["firefox", "safari@18.5", "webkitgtk", "spec"]])}


def worst(steps):
    """Ten steps in which all is wrong that can be: the longest search."""
    return {"page": "https://app.example.com/", "browsers": ["chrome", "firefox", "chrome-no3pc", "safari@18.5"],
            "cookies": [{"url": "https://api.other.test/", "set_cookie": f"h{i}=1; SameSite=Strict"} for i in range(5)],
            "steps": [{"request": {"url": f"https://api.other.test/v1/{i}", "method": ["PUT", "DELETE", "patch"][i % 3],
                                   "headers": [[f"X-{c}{i}", "1"] for c in "abcd"],
                                   "credentials": ["same-origin", "include"][i % 2]},
                       "preflight": {"status": 401, "headers": [["Access-Control-Allow-Origin", "*"]]},
                       "response": {"status": 200, "headers": [["Access-Control-Allow-Origin", "null"]] +
                                    [["Set-Cookie", f"c{i}{k}=1; SameSite={s}"] for k, s in enumerate(["Lax", "None", "Strict"])]}}
                      for i in range(steps)]}
