"""What the runners of this folder share: a gateway that runs, what it leaves behind, a client."""
import json
import os
import pathlib
import queue
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "nginx"))
from rig import Answer, Application, find_nginx, free_ports  # noqa: E402,F401 pylint: disable=wrong-import-position,unused-import

CONCORS = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build-release/cli/concors").resolve()
# A command with sanitizers has no module beside it, and takes that of another build.
MODULE = next((path for path in (CONCORS.parent.parent / "nginx/ngx_http_concors_module.so",
                                 ROOT / "build-release/nginx/ngx_http_concors_module.so") if path.exists()), None)
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="concors-gateway-test-"))
TEMPORARY = FOLDER / "tmp"
TEMPORARY.mkdir()
os.chmod(FOLDER, 0o755)
PAGE = FOLDER / "page"
PAGE.mkdir()
(PAGE / "index.html").write_text("<!doctype html><title>the page</title>", encoding="utf-8")
(PAGE / "app.js").write_text("export {};", encoding="utf-8")
SOON_S = 30

POLICY = """version: 1
policies:
  shop:
    origins: [https://app.example.com]
    credentials: true
    methods: [GET, POST]
    request_headers: [content-type]
    cookies:
      - {match: sid, secure: true, http_only: true, same_site: lax}
    csrf: {check: fetch-metadata}
"""


def expect(condition, what):
    if not condition:
        raise AssertionError(str(what)[:3000])


def expect_equal(got, wanted, what):
    expect(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")


def soon(condition, what):
    """Waits until it holds."""
    end = time.monotonic() + SOON_S
    while not condition():
        expect(time.monotonic() < end, f"not in {SOON_S} s: {what}")
        time.sleep(0.02)


def write_policy(text=POLICY, name="policy.yaml"):
    path = FOLDER / name
    path.write_text(text, encoding="utf-8")
    return path


def words(*more, policy=None, upstream="http://127.0.0.1:9", module=MODULE):
    given = ["gateway", "--policy", str(policy or write_policy()), "--upstream", upstream]
    return [str(CONCORS), *given, *(["--module", str(module)] if module else []), *more]


def environment(**more):
    return {**os.environ, "TMPDIR": str(TEMPORARY), "LC_ALL": "C.UTF-8", **more}


def run(*more, env=None, timeout=SOON_S, **how):
    """To its end: for what does not start."""
    done = subprocess.run(words(*more, **how), capture_output=True, timeout=timeout, check=False,
                          env=environment(**(env or {})), cwd=FOLDER)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def descendants(pid):
    found = []
    for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        found += [int(child), *descendants(child)]
    return found


def state(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def inhabitants():
    """Processes whose folder is one of ours, nginx's among them."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.readlink(entry / "cwd").startswith(str(TEMPORARY)):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def expect_nothing_left(pids=()):
    soon(lambda: not [pid for pid in pids if state(pid) not in (None, "Z")] and not inhabitants(),
         f"processes are left: {pids}, {inhabitants()}")
    soon(lambda: not list(TEMPORARY.iterdir()), f"files are left: {list(TEMPORARY.iterdir())}")


class Gateway:
    """`concors gateway --json`, and what it wrote."""

    def __init__(self, *more, serves=True, env=None, **how):
        self.process = subprocess.Popen(words(*more, "--json", **how), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=environment(**(env or {})), cwd=FOLDER,
                                        start_new_session=True)
        self.lines, self.errors = queue.Queue(), []
        self.readers = [threading.Thread(target=self.read_lines, daemon=True),
                        threading.Thread(target=self.read_errors, daemon=True)]
        for reader in self.readers:
            reader.start()
        self.started = self.line() if serves else None

    def read_lines(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(b"")

    def read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line.decode("utf-8", "replace"))

    def line(self):
        line = self.lines.get(timeout=SOON_S)
        expect(line, f"it ended: {self.error()}")
        return json.loads(line)

    def error(self):
        if self.process.poll() is not None:
            self.readers[1].join(SOON_S)
        return "".join(self.errors)

    def port(self, name="api"):
        return int(self.started[name].split(":")[2].split("/")[0])

    def pids(self):
        return [self.process.pid, *descendants(self.process.pid)]

    def wait(self):
        code = self.process.wait(SOON_S)
        for reader in self.readers:
            reader.join(SOON_S)
        return code

    def end(self, number=signal.SIGTERM):
        pids = self.pids()
        self.process.send_signal(number)
        code = self.wait()
        expect_nothing_left(pids)
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.end()
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()

    def connect(self, port=None):
        context = ssl.create_default_context(cafile=pathlib.Path(self.started["folder"]) / "server.crt")
        plain = socket.create_connection(("127.0.0.1", port or self.port()), SOON_S)
        return context.wrap_socket(plain, server_hostname="localhost")

    def ask(self, path, method="GET", headers=(), port=None, host=None):
        port = port or self.port()
        request = [f"{method} {path} HTTP/1.1", f"Host: {host or f'localhost:{port}'}", "Connection: close",
                   "Content-Length: 0", *(f"{name}: {value}" for name, value in headers)]
        with self.connect(port) as connection:
            connection.sendall("\r\n".join(request).encode("latin-1") + b"\r\n\r\n")
            got = b""
            while chunk := connection.recv(65536):
                got += chunk
        return Answer(got)


def main(cases):
    """Runs what is named case_...; the last line counts."""
    why = "nginx is not installed" if find_nginx() is None else "the module is not built" if MODULE is None else None
    if why:
        print(f"skip  gateway: {why}")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    passed = failed = 0
    wanted = sys.argv[2:]
    for name, case in list(cases.items()):
        if not name.startswith("case_") or (wanted and not any(word in name for word in wanted)):
            continue
        try:
            case()
            passed += 1
        except Exception as error:  # pylint: disable=broad-except
            failed += 1
            print(f"FAIL {name[5:]}: {type(error).__name__}: {error}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
