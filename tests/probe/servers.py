"""Small servers for the tests of probe: they say exactly the bytes a test wants, on loopback."""
import os
import socket
import ssl
import subprocess
import threading


class Request:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path = (lines[0].split(" ") + ["", ""])[:2]
        self.headers = [tuple(line.split(": ", 1)) if ": " in line else (line, "")
                        for line in lines[1:]]

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name):
        values = self.all(name)
        return values[0] if values else None


def read_request(connection):
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = connection.recv(65536)
        if not piece:
            return None
        raw += piece
    request = Request(raw)
    length = int(request.get("content-length") or 0)
    while len(request.body) < length:
        piece = connection.recv(65536)
        if not piece:
            break
        request.body += piece
    return request


def answer(status=200, headers=(), body=b"{}"):
    lines = [f"HTTP/1.1 {status} Whatever"] + [f"{name}: {value}" for name, value in headers]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


class Server:
    """handler(request) returns bytes, or None to say nothing more; raw(connection) does it all."""

    def __init__(self, handler=None, raw=None, tls=None, address="127.0.0.1"):
        self.handler, self.raw, self.tls = handler, raw, tls
        self.requests = []
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.create_server((address, 0), family=family)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        try:
            connection.settimeout(20)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            if self.raw:
                self.raw(connection)
                return
            request = read_request(connection)
            if request is None:
                return
            self.requests.append(request)
            connection.sendall(self.handler(request))
        except OSError:
            pass  # the probe has gone away: that is its right
        finally:
            try:
                connection.close()
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()


NAMES = ["app.shop.example", "api.shop.example", "api.pay.example", "other.example"]


class Authority:
    """A throw-away CA and one certificate for NAMES, in a folder of the caller's."""

    def __init__(self, folder):
        self.ca = os.path.join(folder, "ca.crt")
        path = {name: os.path.join(folder, name) for name in
                ("ca.key", "ca.crt", "server.key", "server.csr", "server.crt", "san")}
        with open(path["san"], "w", encoding="ascii") as san:
            san.write("subjectAltName=" + ",".join("DNS:" + name for name in NAMES) + "\n")
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        for command in (
                ["req", "-x509", *curve, "-days", "2", "-subj", "/CN=test authority",
                 "-keyout", path["ca.key"], "-out", path["ca.crt"]],
                ["req", *curve, "-subj", "/CN=test", "-keyout", path["server.key"],
                 "-out", path["server.csr"]],
                ["x509", "-req", "-in", path["server.csr"], "-days", "2", "-CA", path["ca.crt"],
                 "-CAkey", path["ca.key"], "-CAcreateserial", "-extfile", path["san"],
                 "-out", path["server.crt"]]):
            subprocess.run(["openssl", *command], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(path["server.crt"], path["server.key"])


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
