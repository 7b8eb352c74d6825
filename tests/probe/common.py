"""What the runners of this folder share: the command, a throw-away authority, what is expected."""
import json
import os
import subprocess
import sys
import tempfile

from servers import NAMES, Authority, Server, answer

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CONCORS = os.path.abspath(
    sys.argv[1] if len(sys.argv) > 1 else
    os.environ.get("CONCORS", os.path.join(ROOT, "build-release", "cli", "concors")))
FOLDER = tempfile.TemporaryDirectory(prefix="concors-probe-")
CA = Authority(FOLDER.name)
PAGE = "https://app.shop.example/"
ORIGIN = "https://app.shop.example"
ALLOW = [("Access-Control-Allow-Origin", ORIGIN), ("Access-Control-Allow-Credentials", "true"),
         ("Vary", "Origin")]
ALLOW_PREFLIGHT = ALLOW + [("Access-Control-Allow-Methods", "PUT, DELETE"),
                           ("Access-Control-Allow-Headers", "content-type, authorization, x-id")]
CANARY = "c4n4ryS3cret"


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)

    def last_step(self, index=0):
        return self.json()["browsers"][index]["steps"][0]


def run(*arguments, stdin=b"", timeout=60, env=None):
    environment = {name: value for name, value in os.environ.items()
                   if not name.lower().endswith("_proxy")}
    environment.update(env or {}, LC_ALL="C.UTF-8")
    done = subprocess.run([CONCORS, *arguments], input=stdin, capture_output=True,
                          timeout=timeout, env=environment, cwd=ROOT, check=False)
    return Result(done.returncode, done.stdout.decode("utf-8", "replace"),
                  done.stderr.decode("utf-8", "replace"))


def probe(url, *arguments, ports=(), page=PAGE, **more):
    """The plain request alone; audit() asks further."""
    return audit(url, "--only-request", *arguments, ports=ports, page=page, **more)


def audit(url, *arguments, ports=(), page=PAGE, **more):
    resolve = [f"--resolve={name}:{port}:127.0.0.1" for port in ports for name in NAMES]
    return run("probe", url, "--page", page, "--cacert", CA.ca, *resolve, *arguments, **more)


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def expect_code(result, code):
    expect(result.code == code,
           f"exit code {result.code}, wanted {code}\n{result.out[-1500:]}{result.err[-1500:]}")


def expect_one_line(result, code, *words):
    """Nothing on stdout, one line on stderr that says these words."""
    expect_code(result, code)
    expect(result.out == "", f"stdout is not empty: {result.out[:200]!r}")
    expect(result.err.startswith("concors: ") and result.err.count("\n") == 1,
           f"not one line: {result.err!r}")
    for word in words:
        expect(word in result.err, f"{word!r} is not in {result.err!r}")


def api(handler=None, **more):
    """A right API over TLS, unless a handler says otherwise."""
    def right(request):
        if request.method == "OPTIONS":
            return answer(204, ALLOW_PREFLIGHT, b"")
        return answer(200, ALLOW + [("Set-Cookie", "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax")])
    return Server(handler or right, tls=CA.context, **more)


def file_of(name, text):
    path = os.path.join(FOLDER.name, name)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path


def notes(result, code=None):
    return [note for note in result.json()["probe"]["notes"] if code in (None, note["code"])]


def shop(request):
    """Logs in, tells who is there, logs out, redirects; allows the page everything."""
    origin = request.get("Origin") or ORIGIN
    allow = [("Access-Control-Allow-Origin", origin)] + ALLOW[1:]
    if request.method == "OPTIONS":
        return answer(204, [("Access-Control-Allow-Origin", origin)] + ALLOW_PREFLIGHT[1:] +
                      [("Access-Control-Max-Age", "600")], b"")
    lines = {"/login": ["sid=s3; Path=/; Secure; HttpOnly; SameSite=None",
                        "brief=1; Max-Age=1; Path=/; Secure; SameSite=None"],
             "/logout": ["sid=; Path=/; Max-Age=0; Secure"]}.get(request.path, [])
    return answer(200, allow + [("Set-Cookie", line) for line in lines])


def sent(server):
    return [(request.method, request.path) for request in server.requests]


class Skip(Exception):
    """A case that this machine cannot make; its text says why."""


def main(cases):
    """Runs every case_ of a module's globals, or those whose names hold a word of the command line."""
    passed = failed = skipped = 0
    wanted = sys.argv[2:]
    for name, case in list(cases.items()):
        if not name.startswith("case_") or (wanted and not any(word in name for word in wanted)):
            continue
        try:
            case()
            passed += 1
        except Skip as why:
            skipped += 1
            print(f"skip {name[5:]}: {why}")
        except Exception as error:  # pylint: disable=broad-except
            failed += 1
            print(f"FAIL {name[5:]}: {type(error).__name__}: {error}")
    FOLDER.cleanup()
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0
