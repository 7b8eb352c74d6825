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

    def __init__(self, handler=None, raw=None, tls=None, address="127.0.0.1", port=0):
        self.handler, self.raw, self.tls = handler, raw, tls
        self.requests = []
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.create_server((address, port), family=family)
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


NAMES = ["app.shop.example", "api.shop.example", "api.pay.example", "other.example", "shop.example",
         "www.shop.example"]


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
        self.chain = (path["server.crt"], path["server.key"])
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*self.chain)
        self.h2_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.h2_context.load_cert_chain(*self.chain)
        self.h2_context.set_alpn_protocols(["h2"])


def h2_frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def h2_text(text):
    """A string literal of HPACK, without Huffman."""
    raw = text.encode("latin-1")
    if len(raw) < 127:
        return bytes([len(raw)]) + raw
    rest, size = len(raw) - 127, b"\x7f"
    while rest >= 128:
        size, rest = size + bytes([rest % 128 + 128]), rest // 128
    return size + bytes([rest]) + raw


def h2_answer(status, headers, body=b"{}"):
    """The frames of an answer to the first request of a connection."""
    block = b"\x08" + h2_text(str(status)) + b"".join(
        b"\0" + h2_text(name.lower()) + h2_text(value) for name, value in headers)
    return h2_frame(1, 4, 1, block) + h2_frame(0, 1, 1, body)


def h2_only(make_frames):
    """For a Server's raw: says its settings, reads a request's frames, sends what make_frames gives."""
    def talk(connection):
        connection.sendall(h2_frame(4, 0, 0, b""))
        raw = b""
        while True:
            piece = connection.recv(65536)
            if not piece:
                return
            raw += piece
            at = len(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            while at + 9 <= len(raw):
                if raw[at + 3] == 1:  # HEADERS
                    connection.sendall(h2_frame(4, 1, 0, b"") + make_frames())
                    connection.recv(65536)
                    return
                at += 9 + int.from_bytes(raw[at:at + 3], "big")
    return talk


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
