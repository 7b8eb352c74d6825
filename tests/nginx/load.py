#!/usr/bin/env python3
"""Requests without a pause while nginx is reloaded with changing policies, upgraded, and its workers are killed.

  load.py CONCORS [--requests N] [--connections N] [--reloads N] [--upgrades N] [--kills N] [--alone]

Every answer is wholly the old policy's or the new one's. --alone: the same without the module, for comparison.
"""
import argparse
import contextlib
import multiprocessing
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import time

import rig

POLICY = """version: 1
policies:
  app{v}:
    origins: [https://app.example.com, https://v{v}.example.com, "https://*.v{v}.example.org"]
    credentials: true
    methods: [PUT, M{v}]
    request_headers: [content-type, x-v{v}]
    expose_headers: [x-v{v}]
    max_age: {v}s
    cookies: [{{match: sid, rename: c{v}}}]
"""

SERVER = """
    concors_policy_file policy.yaml;
    server {
        listen 127.0.0.1:@port@;
        concors app@v@;
        access_log off;
        add_header Set-Cookie sid=1;
        location / { return 200 "$concors_policy\\n"; }
    }
"""

ALONE = """
    server {
        listen 127.0.0.1:@port@;
        access_log off;
        add_header Access-Control-Allow-Origin $http_origin always;
        add_header Access-Control-Expose-Headers x-v@v@ always;
        add_header Set-Cookie c@v@=1;
        location / { if ($request_method = OPTIONS) { return 204; } return 200 "app@v@\\n"; }
    }
"""

START = b"HTTP/1.1 "
ORIGIN, EVIL = "https://app.example.com", "https://evil.example"
ALLOWED = "Access-Control-Allow-Origin: https://app.example.com|Access-Control-Allow-Credentials: true|"
GET = "200 OK|Content-Type: text/plain|Content-Length: {n}|Set-Cookie: c{v}=1|Vary: Origin|"

# (request, the answer without Server, Date and Connection)
KINDS = [
    (f"GET / HTTP/1.1\r\nHost: a\r\nOrigin: {ORIGIN}\r\n\r\n", GET + ALLOWED + "Access-Control-Expose-Headers: x-v{v}||app{v}\n"),
    (f"OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: {ORIGIN}\r\nAccess-Control-Request-Method: PUT\r\n\r\n",
     "204 No Content|Set-Cookie: c{v}=1|Vary: Origin|" + ALLOWED + "Access-Control-Allow-Methods: PUT, M{v}|"
     "Access-Control-Allow-Headers: content-type, x-v{v}|Access-Control-Max-Age: {v}||"),
    (f"GET / HTTP/1.1\r\nHost: a\r\nOrigin: {EVIL}\r\n\r\n", GET + "|app{v}\n"),
]


class Lost(Exception):
    """The connection ended before the answer did; true: in the middle of it."""


class Connection:
    def __init__(self, port):
        self.port, self.socket = port, None

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket = None

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
            self.socket.sendall(request)
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
                self.close()
                raise Lost(bool(got))
            got += chunk
        if b"\r\nConnection: close\r\n" in got:
            self.close()
        return got

    @staticmethod
    def length(got):
        at = got.find(b"\r\nContent-Length: ")
        return int(got[at + 18:got.index(b"\r\n", at + 18)]) if at >= 0 else 0


def essence(answer):
    head, _, body = answer[len(START):].decode("latin-1").partition("\r\n\r\n")
    lines = [line for line in head.split("\r\n") if not line.startswith(("Server: ", "Date: ", "Connection: "))]
    return "|".join(lines) + "||" + body


class Shared:
    """What the asking processes and the one that commands them know of each other."""

    def __init__(self, askers):
        self.low, self.high, self.phase, self.stop = (multiprocessing.Value("q", 1, lock=False) for _ in range(4))
        self.phase.value = self.stop.value = 0
        self.rounds = multiprocessing.Array("q", askers, lock=False)
        self.answers = multiprocessing.Array("q", askers, lock=False)

    def wait_for_rounds(self):
        """Whatever went wrong until now has been noticed."""
        before = list(self.rounds)
        return rig.Nginx.wait_for(lambda: all(now >= old + 2 for now, old in zip(self.rounds, before)), 60)


class Asker:
    """Some connections, each with one request on its way at any time."""

    def __init__(self, shared, number, port, connections, alone):
        self.shared, self.number, self.alone = shared, number, alone
        self.connections = [Connection(port) for _ in range(connections)]
        self.lost, self.torn, self.wrong = {}, 0, []

    def judge(self, kind, answer, low):
        got = essence(answer)
        found = re.search(r"c(\d+)=1", got)
        version = found[1] if found else ""
        if self.alone:
            good = bool(version)
        else:
            want = KINDS[kind][1].replace("{v}", version).replace("{n}", str(len(version) + 4))
            good = got == want and low <= int(version) <= self.shared.high.value
        if not good and len(self.wrong) < 5:
            self.wrong.append(f"{low}..{self.shared.high.value}: {got}")

    def round(self, number):
        low = self.shared.low.value
        for at, one in enumerate(self.connections):
            one.send(KINDS[(number + at) % len(KINDS)][0].encode())
        for at, one in enumerate(self.connections):
            try:
                self.judge((number + at) % len(KINDS), one.receive(), low)
                self.shared.answers[self.number] += 1
            except Lost as torn:
                self.torn += torn.args[0]
                phase = self.shared.phase.value
                self.lost[phase] = self.lost.get(phase, 0) + 1

    def run(self, pipe):
        number = 0
        while not self.shared.stop.value:
            self.round(number)
            number += 1
            self.shared.rounds[self.number] = number
        pipe.send((self.lost, self.torn, self.wrong))


QUIET, RELOAD, UPGRADE, KILL = range(4)


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid):
    try:
        return {int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split() if alive(word)}
    except OSError:
        return set()


class Daemon(rig.Nginx):
    """nginx upgrades itself only where it has left its parent."""

    def __enter__(self):
        subprocess.run(self.command(), check=True, timeout=60, stdin=subprocess.DEVNULL)
        if not self.wait_for(self.pid):
            raise RuntimeError("nginx did not start")
        return self

    def pid(self):
        try:
            return int((self.folder / "nginx.pid").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0

    def __exit__(self, *_):
        """Whoever is named in a file is this one's."""
        for path in self.folder.glob("nginx.pid*"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(path.read_text(encoding="ascii")), signal.SIGTERM)
        self.wait_for(lambda: not list(self.folder.glob("nginx.pid*")))
        super().__exit__()


class Commander:
    """Does to nginx what operators do, one thing at a time."""

    def __init__(self, nginx, shared, alone):
        self.nginx, self.shared, self.alone = nginx, shared, alone
        self.master, self.version, self.slowest, self.measured = nginx.pid(), 1, 0.0, []
        self.failures = []

    def write(self):
        self.version += 1
        self.nginx.values["v"] = self.version
        self.shared.high.value = self.version
        self.nginx.write(ALONE if self.alone else SERVER, POLICY.format(v=self.version))

    def done(self, what, holds, seconds=60):
        started = time.monotonic()
        if not self.nginx.wait_for(holds, seconds):
            self.failures.append(f"{what}: not within {seconds} s")
        return time.monotonic() - started

    def settle(self):
        self.shared.low.value = self.version
        self.shared.wait_for_rounds()
        self.shared.phase.value = QUIET

    def reload(self):
        self.shared.phase.value = RELOAD
        before = children(self.master)
        self.write()
        os.kill(self.master, signal.SIGHUP)
        self.done("reload", lambda: children(self.master) - before)
        self.slowest = max(self.slowest, self.done("old workers leave", lambda: not children(self.master) & before))
        self.settle()
        self.measured.append((self.resident(), len(os.listdir(f"/proc/{self.master}/fd"))))

    def resident(self):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.master}/status").read_text(encoding="ascii"))[1])

    def upgrade(self):
        self.shared.phase.value = UPGRADE
        old = self.master
        self.write()
        os.kill(old, signal.SIGUSR2)
        self.done("upgrade", lambda: self.nginx.pid() not in (0, old) and children(self.nginx.pid()))
        self.master = self.nginx.pid() or old
        os.kill(old, signal.SIGQUIT)
        self.done("the old master leaves", lambda: not alive(old))
        self.settle()
        self.measured.clear()

    def kill(self):
        self.shared.phase.value = KILL
        victim = min(children(self.master))
        os.kill(victim, signal.SIGKILL)
        self.done("another worker", lambda: victim not in children(self.master) and len(children(self.master)) >= 2)
        self.settle()


def schedule(order):
    """Upgrades come early, so that one master lives through most of the reloads."""
    events = ["reload"] * order.reloads
    for i in range(order.upgrades):
        events.insert(3 * i + 2, "upgrade")
    for i in range(order.kills):
        events.insert((i + 1) * len(events) // (order.kills + 1), "kill")
    return events


def run(order):
    """(seconds, answers, lost by phase, torn, wrong, the commander)"""
    shared = Shared(2)
    block = ALONE if order.alone else SERVER
    with Daemon(block, POLICY.format(v=1), workers=2, level="crit", plain=order.alone, daemon=True, v=1) as nginx:
        commander = Commander(nginx, shared, order.alone)
        pipes, processes = [], []
        for number in range(2):
            mine, its = multiprocessing.Pipe(False)
            asker = Asker(shared, number, nginx.ports["port"], order.connections // 2, order.alone)
            processes.append(multiprocessing.Process(target=asker.run, args=(its,), daemon=True))
            pipes.append(mine)
        for process in processes:
            process.start()
        started = time.monotonic()
        events = schedule(order)
        for number, event in enumerate([*events, None]):
            due = number * order.requests // len(events)
            nginx.wait_for(lambda: sum(shared.answers) >= due or not all(process.is_alive() for process in processes), 3600)
            if event:
                getattr(commander, event)()
        shared.stop.value = 1
        results = [pipe.recv() for pipe in pipes]
        seconds = time.monotonic() - started
        for process in processes:
            process.join()
        commander.log = nginx.log("error.log")
    lost = {phase: sum(result[0].get(phase, 0) for result in results) for phase in (QUIET, RELOAD, UPGRADE, KILL)}
    return seconds, sum(shared.answers), lost, sum(result[1] for result in results), [one for result in results for one in result[2]], commander


def say(order, seconds, answers, lost, torn, commander):
    first, last = commander.measured[min(20, len(commander.measured) // 2)], commander.measured[-1]
    print(f"{'nginx alone' if order.alone else 'with concors':<13} {answers:>9,} answers in {seconds:.0f} s, "
          f"{order.reloads} reloads, {order.upgrades} upgrades, {order.kills} killed workers; "
          f"connections lost: {lost[RELOAD]} in reloads, {lost[UPGRADE]} in upgrades, {lost[KILL]} with the killed, {lost[QUIET]} otherwise, "
          f"{torn} answers cut short; old workers gone after {commander.slowest:.2f} s; "
          f"master: {first[0]} -> {last[0]} KiB, {first[1]} -> {last[1]} open files")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("concors", nargs="?")
    for name, value in (("requests", 6000), ("connections", 16), ("reloads", 16), ("upgrades", 2), ("kills", 3)):
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--alone", action="store_true")
    order = parser.parse_args()
    rig.require()
    checks = rig.Checks()
    seconds, answers, lost, torn, wrong, commander = run(order)
    say(order, seconds, answers, lost, torn, commander)
    checks.true("every answer is wholly the old policy's or the new one's", not wrong, wrong)
    checks.equal("nothing took too long", commander.failures, [])
    checks.equal("no connection is lost but where workers change", lost[QUIET], 0)
    checks.true("one killed takes no more with it than its connections", lost[KILL] <= order.kills * order.connections, lost)
    checks.equal("no answer is cut short but by a kill", torn if lost[KILL] == 0 else 0, 0)
    checks.true("old workers are gone within 5 s", commander.slowest < 5, commander.slowest)
    first, last = commander.measured[min(20, len(commander.measured) // 2)], commander.measured[-1]
    checks.equal("nginx_clojure_180 the master's open files", last[1], first[1])
    percent = 1 if order.reloads >= 100 else 3  # a heap takes some reloads to find its size
    checks.true(f"modsecurity_895 the master's memory, within {percent} %", last[0] <= first[0] * (1 + percent / 100), commander.measured)
    checks.equal("no alert but of the killed", [line for line in commander.log.splitlines() if b"signal 9" not in line], [])
    checks.finish()


if __name__ == "__main__":
    main()
