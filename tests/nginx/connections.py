"""A client's connections: who answers on them, and what is lost with them."""
import re
import select
import socket


class Lost(Exception):
    """The connection ended before the answer did. torn: in the middle of it; worker: who answered on it before, or 0."""

    def __init__(self, torn, worker):
        super().__init__()
        self.torn, self.worker = torn, worker


class Connection:
    def __init__(self, port, lasts):
        self.port, self.socket, self.worker = port, None, 0
        self.end = b"\r\n" if lasts else b"Connection: close\r\n\r\n"

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket, self.worker = None, 0

    def forget_if_ended(self):
        """A server may end a connection on which nothing is on its way; every client looks before it sends."""
        if self.socket is not None and select.select([self.socket], [], [], 0)[0]:
            self.close()

    def send(self, request):
        self.forget_if_ended()
        try:
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), 30)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.sendall(request + self.end)
        except OSError:
            pass  # receive() finds out

    def receive(self):
        got = b""
        while (end := got.find(b"\r\n\r\n")) < 0 or len(got) < end + 4 + self.length(got):
            try:
                chunk = self.socket.recv(65536) if self.socket is not None else b""
            except OSError:
                chunk = b""
            if not chunk:
                lost = Lost(bool(got), self.worker)
                self.close()
                raise lost
            got += chunk
        self.worker = int(re.search(rb"\r\nX-Worker: (\d+)", got)[1])
        if b"\r\nConnection: close\r\n" in got:
            self.close()
        return got

    @staticmethod
    def length(got):
        at = got.find(b"\r\nContent-Length: ")
        return int(got[at + 18:got.index(b"\r\n", at + 18)]) if at >= 0 else 0
