"""nginx with the module on loopback, an application behind it, and a client that sees every byte."""
import contextlib
import http.server
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOM = 1 << 20

CONFIGURATION = """
{user}
daemon off;
worker_processes {workers};
error_log {folder}/error.log {level};
pid {folder}/nginx.pid;
load_module {module};
events {{ worker_connections 512; }}
http {{
    log_format decided escape=none '$request_method|$status|$concors_decision|$concors_reason|$concors_policy|$concors_csrf|$concors_origin|$concors_unknown_origin_key';
    access_log {folder}/access.log decided;
    default_type text/plain;
    keepalive_requests 1000000;
    client_header_buffer_size 4k;
    large_client_header_buffers 8 128k;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{http}
}}
"""


def find_module():
    """The module beside the command that is tested, or None."""
    command = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/cli/concors").resolve()
    module = command.parent.parent / "nginx" / "ngx_http_concors_module.so"
    return module if module.exists() else None


# Not left in the environment: nginx takes it for the sockets of one that upgrades itself, and then does not become a daemon.
OTHER_NGINX = os.environ.pop("NGINX", None)
# tools/nginx_asan.sh: what is freed is kept for a while, so that memory says nothing.
SANITIZED = "ASAN_OPTIONS" in os.environ


def find_nginx():
    return OTHER_NGINX or shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Checks:
    """Counts what held; the last line says it."""

    def __init__(self):
        self.passed, self.failures = 0, []

    def equal(self, what, got, wanted):
        if got == wanted:
            self.passed += 1
        else:
            self.failures.append(f"{what}: got {got!r}, wanted {wanted!r}")

    def true(self, what, good, got=""):
        if good:
            self.passed += 1
        else:
            self.failures.append(f"{what}: {got!r}")

    def finish(self):
        for failure in self.failures:
            print("FAIL", failure[:2000])
        print(f"{self.passed} passed, {len(self.failures)} failed")
        sys.exit(1 if self.failures else 0)


class Answer:
    def __init__(self, raw):
        final = raw.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
        head, _, self.body = final.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.raw = raw
        self.status = int(lines[0].split(" ")[1]) if " " in lines[0] else 0
        self.headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:] if ":" in line]

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def cors(self):
        """Every header of CORS, sorted, names in lower case."""
        return sorted((key.lower(), value) for key, value in self.headers if key.lower().startswith("access-control-"))

    def vary(self):
        return self.all("Vary")


class Application(http.server.ThreadingHTTPServer):
    """Answers what a test put under the path, and remembers what it was asked."""
    daemon_threads = True

    def __init__(self):
        self.answers, self.asked, self.hang = {}, [], threading.Event()
        super().__init__(("127.0.0.1", 0), ApplicationHandler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]


class ApplicationHandler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        path = self.path.split("?")[0]
        self.server.asked.append((self.command, path, list(self.headers.items())))
        status, headers, body = self.server.answers.get(path, (200, [], b"application"))
        if status == "hang":
            self.server.hang.wait(5)
            return
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = answer

    def log_message(self, *_):
        pass


class RawUpstream:
    """Sends the bytes that stand for the path, whatever they are, and closes."""

    def __init__(self, answers):
        self.answers = answers
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.socket.accept()
            with connection:
                got = b""
                while b"\r\n\r\n" not in got and (chunk := connection.recv(65536)):
                    got += chunk
                connection.sendall(self.answers.get(got.split(b" ")[1].decode() if b" " in got else "", b""))


class Nginx:
    """One nginx in a folder of its own. http_block: what stands in it; @port@ and the like are filled in. plain: without the module."""

    patience_s = 20

    def __init__(self, http_block, policy, files=None, level="info", workers=1, names=("port",), plain=False,
                 daemon=False, **values):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="concors-nginx."))
        os.chmod(self.folder, 0o711)
        self.module, self.binary = find_module(), find_nginx()
        self.ports = dict(zip(names, free_ports(len(names))))
        self.values = {**values, **self.ports, "folder": self.folder}
        self.level, self.workers, self.plain, self.daemon, self.process = level, workers, plain, daemon, None
        self.write(http_block, policy, files)

    def write(self, http_block=None, policy=None, files=None):
        if policy is not None:
            (self.folder / "policy.yaml").write_text(policy, encoding="utf-8")
        for name, text in (files or {}).items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if http_block is not None:
            # @NAME@, for braces are nginx's own.
            block = re.sub(r"@(\w+)@", lambda found: str(self.values[found[1]]), http_block)
            user = "user root;" if os.getuid() == 0 else ""
            text = CONFIGURATION.format(user=user, folder=self.folder, module=self.module, level=self.level, http=block,
                                        workers=self.workers)
            if self.daemon:
                text = text.replace("daemon off;", "")
            if self.plain:
                text = "".join(line for line in text.splitlines(True) if "load_module" not in line and " decided" not in line)
            (self.folder / "nginx.conf").write_text(text, encoding="utf-8")

    def command(self, *words):
        return [self.binary, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"),
                "-e", str(self.folder / "start.log"), *words]

    def test(self):
        """nginx -t: its exit code and what it says."""
        done = subprocess.run(self.command("-t"), capture_output=True, timeout=60, check=False)
        return done.returncode, done.stderr.decode("utf-8", "replace")

    def __enter__(self):
        self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE)
        end = time.monotonic() + self.patience_s
        while time.monotonic() < end:
            if self.process.poll() is not None:
                said = self.process.stderr.read().decode()
                self.__exit__()
                raise RuntimeError("nginx did not start: " + said)
            try:
                socket.create_connection(("127.0.0.1", list(self.ports.values())[0]), 1).close()
                return self
            except OSError:
                time.sleep(0.02)
        self.__exit__()
        raise RuntimeError("nginx does not listen")

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process is not None:
            self.process.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def folder_only(self):
        """For nginx -t alone."""
        try:
            yield self
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def leave(self, octets, name="port"):
        """Sends a request and goes."""
        with socket.create_connection(("127.0.0.1", self.ports[name]), 10) as connection:
            connection.sendall(octets)
            time.sleep(0.1)

    @staticmethod
    def wait_for(holds, seconds=10):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def children(self):
        listed = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return {int(word) for word in listed.split()}

    def reload(self):
        """Waits until other workers have taken over and those before are gone."""
        before = self.children()
        self.process.send_signal(signal.SIGHUP)
        for _ in range(500):
            now = self.children()
            if now and not now & before:
                return True
            time.sleep(0.02)
        return False

    def log(self, name="access.log"):
        path = self.folder / name
        return path.read_bytes() if path.exists() else b""

    def ask(self, path="/", method="GET", headers=(), body=b"", name="port", host="api.example.com"):
        """One request by hand; headers: pairs, values may be bytes."""
        request = [f"{method} {path} HTTP/1.1".encode(), b"Host: " + host.encode(), b"Connection: close"]
        for key, value in headers:
            request.append(key.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
        if body:
            request.append(f"Content-Length: {len(body)}".encode())
        return Answer(self.exchange(b"\r\n".join(request) + b"\r\n\r\n" + body, name))

    def exchange(self, octets, name="port"):
        with socket.create_connection(("127.0.0.1", self.ports[name]), 10) as connection:
            connection.settimeout(10)
            with contextlib.suppress(OSError):
                connection.sendall(octets)
            got = b""
            with contextlib.suppress(OSError):
                while chunk := connection.recv(65536):
                    got += chunk
            return got

    def ask_http2(self, path="/", method="GET", headers=(), name="http2"):
        return self.ask_by_curl(["--http2-prior-knowledge"], f"http://127.0.0.1:{self.ports[name]}{path}", method, headers)

    def ask_tls(self, path="/", method="GET", headers=(), name="tls", version="--http2"):
        return self.ask_by_curl(["-k", version], f"https://127.0.0.1:{self.ports[name]}{path}", method,
                                [("Host", "api.example.com"), *headers])

    @staticmethod
    def ask_by_curl(options, url, method, headers):
        words = ["curl", "-s", "-i", *options, "--max-time", "20", "-X", method]
        if method == "HEAD":
            words.append("--head")
        for key, value in headers:
            words += ["-H", f"{key}: {value}"]
        done = subprocess.run([*words, url], capture_output=True, timeout=40, check=False)
        return Answer(done.stdout)


def certificate():
    """Files with a certificate that nobody trusts, and its key."""
    with tempfile.TemporaryDirectory(prefix="concors-tls.") as folder:
        key, own = f"{folder}/tls.key", f"{folder}/tls.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=api.example.com", "-days", "2", "-keyout", key, "-out", own],
                       check=True, capture_output=True, timeout=60)
        return {f"tls.{kind}": pathlib.Path(f"{folder}/tls.{kind}").read_text(encoding="ascii") for kind in ("key", "crt")}


def require():
    """Ends the script where there is nothing to test."""
    why = None
    if find_nginx() is None:
        why = "nginx is not installed"
    elif find_module() is None:
        why = "the module is not built"
    if why:
        print(f"skip  nginx: {why}")
        print("0 passed, 0 failed, 1 skipped")
        sys.exit(0)
