"""Keeps the zoo's servers: one nginx, one Apache httpd and one Node for all of them, on loopback.

A server with a policy.yaml has an nginx of its own, with concors' module in it.
"""
import contextlib
import fcntl
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
NAMES = ["app.shop.example", "www.shop.example", "shop.example", "api.shop.example", "api.pay.example",
         "cdn.pay.example", "pay.example", "shop.vercel.app", "api.vercel.app", "localhost"]

NGINX = """{user}
{load}
daemon off;
worker_processes 1;
error_log {folder}/{name}.error.log warn;
pid {folder}/{name}.pid;
events {{ worker_connections 512; }}
http {{
    access_log off;
    default_type application/json;
    server_names_hash_bucket_size 128;
    map_hash_bucket_size 256;
    variables_hash_bucket_size 128;
    client_body_temp_path {folder}/temp_body;
    proxy_temp_path {folder}/temp_proxy;
    fastcgi_temp_path {folder}/temp_fastcgi;
    uwsgi_temp_path {folder}/temp_uwsgi;
    scgi_temp_path {folder}/temp_scgi;
    ssl_certificate {folder}/server.crt;
    ssl_certificate_key {folder}/server.key;
    {policy}
{servers}
}}
"""

APACHE_MODULES = ["authn_core", "authn_file", "authz_core", "authz_host", "authz_user", "auth_basic", "alias", "dir",
                  "env", "headers", "mime", "proxy", "proxy_http", "rewrite", "setenvif", "ssl"]

APACHE = """ServerName localhost
ServerRoot "{folder}"
DocumentRoot "{folder}/www"
PidFile "{folder}/apache.pid"
DefaultRuntimeDir "{folder}"
ErrorLog "{folder}/apache.error.log"
LoadModule mpm_event_module {modules}/mod_mpm_event.so
{load}
{user}
TypesConfig /dev/null
Mutex file:{folder}
StartServers 1
ServerLimit 1
ThreadsPerChild 16
MaxRequestWorkers 16
MinSpareThreads 1
MaxSpareThreads 16
SSLSessionCache none
KeepAlive On
<Directory "/">
    AllowOverride None
    Require all denied
</Directory>
<Directory "{folder}/www">
    Require all granted
</Directory>
{servers}
"""


def find(*programs):
    for program in programs:
        found = shutil.which(program) or shutil.which("/usr/sbin/" + program)
        if found:
            return found
    return None


def find_module(command):
    """The module beside the command, or, where that one has sanitizers and nginx has none, of another build."""
    root = HERE.parent.parent
    for build in (pathlib.Path(command).parent.parent, root / "build-release", root / "build"):
        if (build / "nginx" / "ngx_http_concors_module.so").exists():
            return build / "nginx" / "ngx_http_concors_module.so"
    return None


class Ports:
    """A block of ports of this run's own, below the range from which the system itself hands out ports: the first port
    of the block is held as long as the run lives, so that two runs at once do not meet."""

    def __init__(self):
        self.guard = socket.socket()
        for _ in range(200):
            self.first = 20000 + BLOCK * random.randrange(12000 // BLOCK)
            with contextlib.suppress(OSError):
                self.guard.bind(("127.0.0.1", self.first))
                break
        else:
            raise RuntimeError("no ports are free")
        self.last = self.first

    def take(self):
        while self.last + 1 < self.first + BLOCK:
            self.last += 1
            with socket.socket() as one, contextlib.suppress(OSError):
                one.bind(("127.0.0.1", self.last))
                return self.last
        raise RuntimeError("this run has used up its ports")


BLOCK = 1000
ports = Ports()


def free_address():
    """An address of this machine's own, whose ports 443 and 80 are as good as free; None: they may not be had."""
    address = "127." + ".".join(str(random.randrange(1, 255)) for _ in range(3))
    for port in (443, 80):
        with socket.socket() as one:
            try:
                one.bind((address, port))
            except OSError:
                return None
    return address


def make_certificates(folder):
    """A throw-away authority, and one certificate for all names."""
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    (folder / "san").write_text("subjectAltName=" + ",".join("DNS:" + name for name in NAMES) + "\n", encoding="ascii")
    for words in (["req", "-x509", *curve, "-days", "2", "-subj", "/CN=zoo authority", "-keyout", "ca.key", "-out",
                   "ca.crt"],
                  ["req", *curve, "-subj", "/CN=zoo", "-keyout", "server.key", "-out", "server.csr"],
                  ["x509", "-req", "-in", "server.csr", "-days", "2", "-CA", "ca.crt", "-CAkey", "ca.key",
                   "-CAcreateserial", "-extfile", "san", "-out", "server.crt"]):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    os.chmod(folder / "server.key", 0o644)


class Keeper:
    """A folder, and the processes of the servers in it. What is missing here stands in `lacking`."""

    def __init__(self, command, packages=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="concors-zoo."))
        os.chmod(self.folder, 0o711)
        make_certificates(self.folder)
        os.symlink(HERE / "node_modules", self.folder / "node_modules")
        www = self.folder / "www"
        www.mkdir()
        (www / "me.json").write_text('{"name":"ada"}\n', encoding="ascii")
        # "ada", password "lovelace"
        (self.folder / "users").write_text("ada:{SHA}MJgvYgf2tRctgBqviyzN0HpBdyY=\n", encoding="ascii")
        self.processes = []
        self.program = {"nginx": find("nginx"), "apache": find("apache2", "httpd"), "node": find("node", "nodejs")}
        self.program["module"] = self.program["nginx"] and find_module(command)
        self.modules = next((path for path in ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules",
                                               "/usr/lib/httpd/modules") if os.path.isdir(path)), None)
        self.npm_failure = self.fetch_packages() if packages else None

    def fetch_packages(self):
        """npm's cors and express at the lock file's versions; says what was in the way."""
        lock, done = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
        with open(lock, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # another run may be at it
            if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
                return None
            if find("npm") is None:
                return "npm is not installed"
            fetched = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                                     cwd=HERE, capture_output=True, timeout=200, check=False)
        return None if fetched.returncode == 0 else "npm could not fetch cors and express (no network?)"

    def lacking(self, kind):
        if kind == "module" and self.program[kind] is None:
            return "concors' nginx module is not built (nginx-dev is not installed)"
        if self.program[kind] is None:
            return f"{kind} is not installed"
        if kind == "apache" and self.modules is None:
            return "apache has no modules here"
        return self.npm_failure if kind == "node" else None

    def start(self, servers):
        """Other ports are tried when another program was faster."""
        for attempt in range(3):
            try:
                self.start_once(servers)
                return
            except RuntimeError as failure:
                self.stop()
                if attempt == 2 or "in use" not in str(failure):
                    raise
                for one in servers:
                    one.take_ports()

    def start_once(self, servers):
        nginx = [one.filled("nginx", self.folder) for one in servers if "nginx" in one.texts]
        modules = [one for one in servers if "module" in one.texts]
        apache = [one.filled("apache", self.folder) for one in servers if "apache" in one.texts]
        node = [entry for one in servers for entry in one.node_entries(self.folder)]
        if node:
            self.run_node(node)
        if nginx:
            self.run_nginx("nginx", "\n".join(nginx))
        for one in modules:
            self.run_nginx(one.folder.name, one.filled("module", self.folder), one.folder / "policy.yaml")
        if apache:
            self.run_apache("\n".join(apache))
        for one in servers:
            for port in one.ports.values():
                self.wait_for(one.address, port, one.name)

    def run_nginx(self, name, servers, policy=None):
        """With a policy: a server of its own, for the module takes one policy file."""
        path = self.folder / f"{name}.conf"
        load = f"load_module {self.program['module']};" if policy else ""
        path.write_text(NGINX.format(folder=self.folder, servers=servers, name=name, load=load,
                                     policy=f"concors_policy_file {policy};" if policy else "",
                                     user="user root;" if os.getuid() == 0 else ""), encoding="utf-8")
        self.spawn([self.program["nginx"], "-p", self.folder, "-c", path, "-e", self.folder / f"{name}.start.log"])

    def run_apache(self, servers):
        path = self.folder / "apache.conf"
        load = "\n".join(f"LoadModule {name}_module {self.modules}/mod_{name}.so" for name in APACHE_MODULES)
        user = "User nobody\nGroup nogroup" if os.getuid() == 0 else ""
        path.write_text(APACHE.format(folder=self.folder, servers=servers, modules=self.modules, load=load, user=user),
                        encoding="utf-8")
        self.spawn([self.program["apache"], "-D", "FOREGROUND", "-f", path])

    def run_node(self, entries):
        path = self.folder / "node.json"
        path.write_text(json.dumps({"key": str(self.folder / "server.key"), "certificate":
                                    str(self.folder / "server.crt"), "servers": entries}), encoding="utf-8")
        self.spawn([self.program["node"], HERE / "node.mjs", path])

    def spawn(self, words):
        log = open(self.folder / f"{len(self.processes)}.log", "wb")
        # Apache alone among them understands no other way: SIGWINCH, as a resized terminal sends it, would stop it.
        process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        process.log = log
        self.processes.append(process)

    def wait_for(self, address, port, name):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for process in self.processes:
                if process.poll() is not None:
                    raise RuntimeError(f"a server did not start: {self.said()}")
            try:
                socket.create_connection((address, port), 5).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"{name} does not listen at {address}:{port}: {self.said()}")

    def said(self):
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{path.name}: {path.read_text('utf-8', 'replace')[-1500:]}" for path in logs
                         if path.stat().st_size)

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.log.close()
        self.processes = []

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
