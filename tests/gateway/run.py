#!/usr/bin/env python3
"""`concors gateway`: what is served where, and that nothing of it outlives the command.

run.py [COMMAND [WORD...]]. Last line: "N passed, N failed".
"""
import base64
import fcntl
import json
import os
import pathlib
import pty
import signal
import socket
import sys

import common
from common import PAGE, TEMPORARY, Application, Gateway, expect, expect_equal, expect_nothing_left, free_ports, run, soon

APPLICATION = Application()
UPSTREAM = f"http://127.0.0.1:{APPLICATION.port}"
ANY = ("--listen", "localhost:0")
CREDENTIALS = [("access-control-allow-credentials", "true"), ("access-control-allow-origin", "https://app.example.com")]
LOGIN = (200, [("Set-Cookie", "sid=1; Path=/"), ("Access-Control-Allow-Origin", "*"),
               ("Access-Control-Allow-Origin", "null")], b"in")


def asked(path):
    """What the application was told last at this path."""
    return next(dict(headers) for _, at, headers in reversed(APPLICATION.asked) if at == path)


def case_one_origin():
    APPLICATION.answers["/login"] = LOGIN
    APPLICATION.answers["/moved"] = (302, [("Location", "/me")], b"")
    APPLICATION.answers["/deep"] = (302, [("Location", f"{UPSTREAM}/me"), ("Set-Cookie", "a=1; Path=/me")], b"")
    with Gateway(*ANY, "--page-dir", PAGE, upstream=UPSTREAM) as gateway:
        origin = f"https://localhost:{gateway.port()}"
        expect_equal((gateway.started["page"], gateway.started["api"]), (origin + "/", origin + "/api/"), "addresses")
        for path, kind in (("/", "text/html"), ("/app.js", "text/javascript"), ("/orders/7", "text/html")):
            answer = gateway.ask(path)
            expect_equal((answer.status, answer.all("Content-Type")), (200, [kind]), path)
            expect_equal(gateway.line()["decision"], "", "the page has no policy")
        answer = gateway.ask("/api/login", "POST", [("Origin", origin), ("Sec-Fetch-Site", "same-origin")])
        expect_equal(answer.status, 200, "login")
        expect_equal(answer.all("Set-Cookie"), ["sid=1; Path=/; Secure; HttpOnly; SameSite=Lax"], "cookie")
        expect(answer.all("Access-Control-Allow-Origin") in ([], [origin]), answer.headers)
        told = asked("/login")
        expect_equal([told.get(name) for name in ("Host", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-For")],
                     [origin[8:], origin[8:], "https", "127.0.0.1"], "what the application is told")
        line = gateway.line()
        expect_equal((line["method"], line["url"], line["status"], line["origin"]),
                     ("POST", origin + "/api/login", 200, origin), "line")
        expect_equal(gateway.ask("/api/moved").all("Location"), [origin + "/api/me"], "a path is moved")
        moved = gateway.ask("/api/deep")
        expect_equal((moved.all("Location"), moved.all("Set-Cookie")), ([origin + "/api/me"], ["a=1; Path=/api/me"]),
                     "an address and a cookie's path are moved")


def case_two_origins():
    APPLICATION.answers["/login"] = LOGIN
    local = common.write_policy(common.POLICY.replace("[https://app.example.com]", "['https://localhost:*']"), "local.yaml")
    with Gateway(*ANY, "--page-dir", PAGE, "--api-listen", "0", upstream=UPSTREAM, policy=local) as gateway:
        page, api = gateway.port("page"), gateway.port()
        expect(page != api, "one port for both")
        expect_equal(gateway.ask("/", port=page).body, (PAGE / "index.html").read_bytes(), "page")
        headers = [("Origin", f"https://localhost:{page}"), ("Sec-Fetch-Site", "same-site")]
        answer = gateway.ask("/login", "POST", headers)
        expect_equal((answer.status, answer.all("Access-Control-Allow-Origin")), (200, [f"https://localhost:{page}"]),
                     "the page's origin instead of what the application said")
        expect_equal(gateway.ask("/login", port=page).body, (PAGE / "index.html").read_bytes(), "no API at the page")


def case_the_api_alone():
    APPLICATION.answers["/login"] = LOGIN
    with Gateway(*ANY, upstream=UPSTREAM) as gateway:
        expect_equal(gateway.started["page"], None, "no page")
        answer = gateway.ask("/login", headers=[("Origin", "https://app.example.com")])
        expect_equal((answer.status, answer.cors(), answer.vary()), (200, CREDENTIALS, ["Origin"]), "allowed")
        expect_equal(gateway.line()["decision"], "allow", "its line")
        answer = gateway.ask("/login", headers=[("Origin", "https://evil.example")])
        expect_equal((answer.status, answer.cors()), (200, []), "not allowed")
        expect_equal(gateway.line()["decision"], "refuse", "its line")
        count = len(APPLICATION.asked)
        answer = gateway.ask("/login", "OPTIONS", [("Origin", "https://app.example.com"),
                                                   ("Access-Control-Request-Method", "POST")])
        expect_equal((answer.status, len(APPLICATION.asked)), (204, count), "a preflight ends here")


def case_tokens_in_addresses_are_not_shown():
    APPLICATION.answers["/me"] = (200, [], b"me")
    nobody = f"http://127.0.0.1:{common.free_ports(1)[0]}"
    address = "/me?access_token=CANARY&page=2"
    evil = [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("Referer", "https://evil.example/?code=CANARY")]
    for upstream, said in ((UPSTREAM, "CsrfCrossSite"), (nobody, "while connecting to upstream")):
        with Gateway(*ANY, upstream=upstream) as gateway:
            gateway.ask(address, "POST" if upstream == UPSTREAM else "GET", evil)
            expect_equal(gateway.line()["url"], gateway.started["api"] + "me?access_token=...&page=2", "the request's line")
            common.soon(lambda: said in gateway.error(), "nginx's line")  # pylint: disable=cell-var-from-loop
            expect("/me?access_token=\u2026&page=2" in gateway.error() and "CANARY" not in gateway.error(), gateway.error())


def case_warnings_are_said_once():
    local = common.write_policy(common.POLICY.replace("[https://app.example.com]", "['http://localhost:*']").replace("true", "false", 1),
                                "warned.yaml")
    with Gateway(*ANY, upstream=UPSTREAM, policy=local) as gateway:
        expect_equal(gateway.error().count("LoopbackOrigin"), 1, gateway.error())


def case_csrf_compares_the_origin_with_the_host():
    APPLICATION.answers["/pay"] = (200, [], b"paid")
    with Gateway(*ANY, "--page-dir", PAGE, upstream=UPSTREAM,
                 policy=common.write_policy("version: 1\npolicies: {a: {csrf: {check: fetch-metadata}}}\n")) as gateway:
        own = f"https://localhost:{gateway.port()}"
        for headers, status in (([("Origin", own)], 200), ([("Origin", "https://localhost")], 403),
                                ([("Origin", "https://evil.example")], 403),
                                ([("Origin", own), ("Sec-Fetch-Site", "cross-site")], 403), ([], 200)):
            expect_equal(gateway.ask("/api/pay", "POST", headers).status, status, headers)


def case_paths_of_an_upstream():
    """The path that the application sees, and how its redirects and cookies come back."""
    table = (("/v2", "/api/x%20y", "/v2/x%20y", ("/v2/z", "/api/z"), ("/v2/z", "/api/z"), ("/v2", "/api")),
             ("/v2/", "/api/x", "/v2/x", ("/v2/", "/api/"), ("/v2/", "/api/"), ("/", "/")),
             ("/api/", "/api/x%2Fy", "/api/x%2Fy", ("/api/z", None), ("/api/", "/api/"), ("/", "/")),
             ("/a$b;c'd", "/api/x", "/a%24b;c'd/x", ("/z", None), ("/", "/"), ("/", "/")))
    for path, request, arrives, redirect, cookie, bare in table:
        APPLICATION.answers[arrives] = (302, [("Location", redirect[0]), ("Set-Cookie", f"a=1; Path={cookie[0]}"),
                                              ("Set-Cookie", f"b=1; Path={bare[0]}")], b"")
        with Gateway(*ANY, "--page-dir", PAGE, upstream=UPSTREAM + path) as gateway:
            answer = gateway.ask(request)
            moved = f"https://localhost:{gateway.port()}{redirect[1]}" if redirect[1] else redirect[0]
            expect_equal((answer.status, answer.all("Location"), answer.all("Set-Cookie")),
                         (302, [moved], [f"a=1; Path={cookie[1]}", f"b=1; Path={bare[1]}"]), path)


def case_websockets_pass():
    server = socket.create_server(("127.0.0.1", 0))
    upstream = f"http://127.0.0.1:{server.getsockname()[1]}"
    with server, Gateway(*ANY, upstream=upstream) as gateway, gateway.connect() as browser:
        key = base64.b64encode(b"0123456789abcdef").decode()
        browser.sendall(f"GET /socket HTTP/1.1\r\nHost: localhost:{gateway.port()}\r\nUpgrade: websocket\r\n"
                        f"Connection: Upgrade\r\nOrigin: https://app.example.com\r\nSec-WebSocket-Version: 13\r\n"
                        f"Sec-WebSocket-Key: {key}\r\n\r\n".encode())
        server.settimeout(common.SOON_S)
        application, _ = server.accept()
        with application:
            application.settimeout(common.SOON_S)
            head = b""
            while b"\r\n\r\n" not in head:
                head += application.recv(4096)
            expect(b"upgrade: websocket" in head.lower() and b"connection: upgrade" in head.lower(), head)
            application.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n")
            expect(b" 101 " in browser.recv(4096), "upgraded")
            browser.sendall(b"there")
            expect_equal(application.recv(16), b"there", "there")
            application.sendall(b"back")
            expect_equal(browser.recv(16), b"back", "back")


def case_an_upstream_that_is_down_is_said_and_readable():
    upstream = f"http://127.0.0.1:{free_ports(1)[0]}"
    with Gateway(*ANY, upstream=upstream) as gateway:
        answer = gateway.ask("/login", headers=[("Origin", "https://app.example.com")])
        expect_equal((answer.status, answer.cors()), (502, CREDENTIALS), "an error that the page can read")
        soon(lambda: "nginx: [error] connect() failed" in gateway.error(), gateway.error())


def case_what_it_prints_for_people():
    process = common.subprocess.Popen(common.words(*ANY, "--page-dir", PAGE, upstream=UPSTREAM), env=common.environment(),
                                      stdout=common.subprocess.PIPE, cwd=common.FOLDER)
    head = [process.stdout.readline().decode().rstrip("\n") for _ in range(13)]
    process.send_signal(signal.SIGINT)
    rest = process.stdout.read().decode()
    process.stdout.close()
    expect_equal(process.wait(common.SOON_S), 0, "exit code")
    text = "\n".join(head)
    for word in (f"               from {PAGE}", f"               from {UPSTREAM}/", "  policy       shop of ", "SIGHUP"):
        expect(word in text, text)
    expect("stopped: nginx and " in rest and rest.endswith(" are gone\n"), rest)
    expect_nothing_left()


def case_quiet_prints_one_address():
    code, out, _ = run("--print-config", "--quiet")
    expect(code == 0 and "access_log off;" in out, out)
    process = common.subprocess.Popen(common.words(*ANY, "--quiet"), env=common.environment(),
                                      stdout=common.subprocess.PIPE, cwd=common.FOLDER)
    line = process.stdout.readline().decode()
    process.send_signal(signal.SIGTERM)
    expect_equal((line.startswith("https://localhost:"), process.stdout.read(), process.wait(common.SOON_S)),
                 (True, b"", 0), line)
    process.stdout.close()
    expect_nothing_left()


def case_its_output_may_be_a_file():
    """Lines of nginx and of the command do not overwrite each other."""
    path = common.FOLDER / "out"
    with open(path, "wb") as file:
        file.write(b"before\n")
        file.flush()
        process = common.subprocess.Popen(common.words(*ANY, upstream=UPSTREAM), env=common.environment(), stdout=file,
                                          cwd=common.FOLDER)
    soon(lambda: "ORIGIN\n\n" in path.read_text(), "it serves")
    port = int(path.read_text().split("https://localhost:")[1].split("/")[0])
    context = common.ssl._create_unverified_context()  # pylint: disable=protected-access
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port), common.SOON_S)) as connection:
        connection.sendall(b"GET /seen HTTP/1.0\r\nHost: localhost\r\n\r\n")
        while connection.recv(4096):
            pass
    soon(lambda: "GET https://localhost/seen 200" in path.read_text(), path.read_text())
    process.send_signal(signal.SIGTERM)
    process.wait(common.SOON_S)
    text = path.read_text()
    expect(text.startswith("before\nnginx (process") and text.endswith(" are gone\n") and "/seen 200" in text, text)


def case_mistakes_of_the_policy_come_first_in_the_words_of_policy_check():
    wrong = common.write_policy(common.POLICY.replace("https://app.example.com", "https://app.example.com/")
                                + "    colour: red\n", "wrong.yaml")
    checked = common.subprocess.run([common.CONCORS, "policy", "check", wrong], capture_output=True, text=True,
                                    check=False, timeout=common.SOON_S)
    code, out, err = run(policy=wrong)
    expect_equal((code, out), (1, ""), err)
    expect_equal(err.splitlines(), checked.stdout.splitlines()[1:], "the same lines")
    warned = common.write_policy(common.POLICY + "    max_age: 300d\n", "warned.yaml")
    with Gateway(*ANY, policy=warned) as gateway:
        expect("warning: MaxAge" in gateway.error(), gateway.error())


def case_a_policy_that_is_a_link_has_its_files_beside_the_link():
    far = common.FOLDER / "far"
    far.mkdir(exist_ok=True)
    text = "version: 1\npolicies: {shop: {origins_file: origins.txt}}\n"
    (far / "policy.yaml").write_text(text, encoding="utf-8")
    link = common.FOLDER / "link.yaml"
    link.symlink_to(far / "policy.yaml")
    (common.FOLDER / "origins.txt").write_text("https://app.example.com\n", encoding="utf-8")
    for policy in (link, "link.yaml", "far/../link.yaml"):
        with Gateway(*ANY, upstream=UPSTREAM, policy=policy) as gateway:
            answer = gateway.ask("/", headers=[("Origin", "https://app.example.com")])
            expect_equal(answer.all("Access-Control-Allow-Origin"), ["https://app.example.com"], policy)


def case_the_policy_is_read_again_at_sighup():
    APPLICATION.answers["/login"] = LOGIN
    path = common.write_policy(name="again.yaml")
    with Gateway(*ANY, upstream=UPSTREAM, policy=path) as gateway:
        origins = [("Origin", "https://app.example.com")]

        def allowed():
            return bool(gateway.ask("/login", headers=origins).cors())

        def reload(text, word):
            common.write_policy(text, "again.yaml")
            gateway.process.send_signal(signal.SIGHUP)
            soon(lambda: word in gateway.error(), gateway.error())

        expect(allowed(), "at first")
        nginx = gateway.started["nginx"]
        soon(lambda: common.descendants(nginx), "a worker")
        before = set(common.descendants(nginx))
        reload(common.POLICY.replace("app.example.com", "other.example.com"), "the policy is read again")
        soon(lambda: common.descendants(nginx) and not before & set(common.descendants(nginx)), "other workers")
        expect(not allowed(), "the new policy")
        reload("version: 1\npolicies: {shop: {origins: [https://app.example.com/]}}\n", "the policy in force stays")
        expect("again.yaml:2:" in gateway.error(), gateway.error())
        expect(not allowed(), "a policy with a mistake is not used")
        reload("version: 1\npolicies: {other: {}}\n", "no policy 'shop'")
        expect_equal(gateway.end(), 0, "exit code")


def case_a_taken_port_is_said_before_anything_starts():
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        code, out, err = run("--listen", f"localhost:{port}")
        expect_equal((code, out, err), (3, "", f"concors: gateway: port {port} is taken: choose another with --listen "
                                               "localhost:PORT\n"), "--listen")
        code, out, err = run(*ANY, "--page-dir", PAGE, "--api-listen", str(port))
        expect_equal((code, out), (3, ""), err)
        expect("--api-listen" in err, err)
    expect_nothing_left()


def case_without_a_port_one_is_found():
    first, second = Gateway(), Gateway()
    with first, second:
        expect(first.port() != second.port(), "the same port twice")
        pids = first.pids() + second.pids()
        for gateway in (first, second):
            gateway.process.send_signal(signal.SIGTERM)
        expect_equal([first.wait(), second.wait()], [0, 0], "exit codes")
        expect_nothing_left(pids)


def case_a_start_that_fails_is_said_with_a_remedy():
    nobody = common.FOLDER / "nobody.pem"
    nobody.write_text("no certificate")
    for more, how, wanted in (
            (("--cert", nobody, "--key", nobody), {}, "--cert takes a certificate in PEM form"),
            ((), {"upstream": "http://nobody.invalid"}, "no address is known for the host of --upstream"),
            ((), {"module": nobody}, "the module cannot be loaded: make install"),
            *(((), {"module": other}, "--module takes the module of concors, and this is another")
              for other in pathlib.Path("/usr/lib/nginx/modules").glob("ngx_http_echo_module.so"))):
        code, out, err = run(*ANY, *more, **how)
        expect_equal((code, out), (3, ""), err)
        lines = err.splitlines()
        expect(lines[0].startswith("concors: nginx: [emerg] "), err)
        expect(lines[-1].startswith("concors: gateway: nginx did not start: " + wanted), err)
        expect_nothing_left()


def case_what_is_not_installed_is_said_with_a_remedy():
    empty = common.FOLDER / "empty"
    empty.mkdir(exist_ok=True)
    script = common.FOLDER / "no-nginx"
    for more, env, wanted in (
            (("--nginx", empty / "nginx"), {}, "--nginx: "),
            ((), {"PATH": str(empty)}, "apt-get install openssl, or --cert"),
            (("--module", empty / "module.so"), {}, "--module: ")):
        code, out, err = run(*ANY, *more, env=env)
        expect_equal((code, out, len(err.splitlines())), (2, "", 1), err)
        expect(wanted in err, err)
    script.write_text("#!/nowhere/at/all\n")
    script.chmod(0o755)
    code, out, err = run(*ANY, "--nginx", script)
    expect_equal((code, out), (3, ""), err)
    expect("cannot run" in err and "did not start" in err, err)
    expect_nothing_left()


def case_without_nginx_or_its_module():
    """Where the machine's folders can be hidden, as root may."""
    hide = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$1" && shift && exec "$@"', "sh"]
    nginx = os.path.dirname(common.find_nginx())
    if common.subprocess.run([*hide, nginx, "/bin/true"], check=False, capture_output=True).returncode != 0:
        return
    alone = common.FOLDER / "alone"
    common.shutil.copy(common.CONCORS, alone)
    for folder, command, wanted in (
            (nginx, common.words(), "gateway needs nginx, and there is none: apt-get install nginx"),
            ("/usr/lib/nginx", [alone, *common.words(module=None)[1:]], "is not there: apt-get install nginx-dev, then make install")):
        if not os.path.isdir(folder):
            continue
        done = common.subprocess.run([*hide, folder, *command], env=common.environment(), capture_output=True, text=True,
                                     timeout=common.SOON_S, check=False, cwd=common.FOLDER)
        expect_equal((done.returncode, done.stdout, len(done.stderr.splitlines())), (2, "", 1), done.stderr)
        expect(wanted in done.stderr, done.stderr)


def case_signals_end_it_cleanly():
    for number in (signal.SIGINT, signal.SIGTERM):
        with Gateway(*ANY) as gateway:
            expect_equal(gateway.end(number), 0, number)
    with Gateway(*ANY) as gateway:  # Ctrl-C goes to everybody
        pids = gateway.pids()
        os.killpg(gateway.process.pid, signal.SIGINT)
        expect_equal(gateway.wait(), 0, "exit code")
        expect_nothing_left(pids)


def case_it_ends_with_its_terminal():
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(common.CONCORS, common.words(*ANY), common.environment())
    said = b""
    while b"STATUS DECISION" not in said:
        said += os.read(terminal, 4096)
    os.kill(pid, signal.SIGHUP)  # the terminal is there: a policy to be read
    while b"the policy is read again" not in said:
        said += os.read(terminal, 4096)
    pids = [pid, *common.descendants(pid)]
    os.close(terminal)
    soon(lambda: os.waitpid(pid, os.WNOHANG)[0] == pid, "it ends")
    expect_nothing_left(pids)


def case_a_signal_while_it_starts():
    """Whatever it was doing, nothing is left."""
    for waited in range(0, 60, 6):
        process = common.subprocess.Popen(common.words(*ANY), env=common.environment(), cwd=common.FOLDER,
                                          stdout=common.subprocess.DEVNULL, stderr=common.subprocess.DEVNULL)
        common.time.sleep(waited / 1000)
        process.send_signal(signal.SIGTERM)
        expect(process.wait(common.SOON_S) in (0, -signal.SIGTERM), process.returncode)
        expect_nothing_left()


def killed(which, code, said):
    with Gateway(*ANY, upstream=UPSTREAM) as gateway:
        gateway.ask("/")
        pids = gateway.pids()
        os.kill(which(gateway), signal.SIGKILL)
        expect_equal(gateway.wait(), code, "exit code")
        expect(said in gateway.error(), gateway.error())
        expect_nothing_left(pids)


def case_nothing_is_left_when_nginx_is_killed():
    killed(lambda gateway: gateway.started["nginx"], 3, "concors: gateway: nginx ended: killed by signal 9\n")


def case_nothing_is_left_when_the_command_is_killed():
    killed(lambda gateway: gateway.process.pid, -signal.SIGKILL, "")


def case_nothing_is_left_when_the_keeper_is_killed():
    killed(lambda gateway: gateway.pids()[1], 3, "concors: gateway: the process that keeps nginx was killed\n")


def case_what_a_killed_gateway_left_is_removed_by_the_next():
    """Whoever is killed before the keeper begins leaves a folder; one that is locked, young or another's stays."""
    top = common.FOLDER / "swept"
    left, young, locked, other = (top / name for name in (
        "concors-gateway.abcdef", "concors-gateway.young1", "concors-gateway.locked", "concors-gateway.longer-name"))
    for folder in (left, young, locked, other):
        folder.mkdir(parents=True)
        (folder / "nginx.conf").write_text("")
    link = top / "concors-gateway.linked"
    link.symlink_to(other)
    for folder in (left, locked, other):
        os.utime(folder, (0, 0))
    held = os.open(locked, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with Gateway(*ANY, upstream=UPSTREAM, env={"TMPDIR": str(top)}) as gateway:
        expect_equal([os.path.lexists(folder) for folder in (left, young, locked, other, link)], [False, True, True, True, True], "folders")
        os.utime(gateway.started["folder"], (0, 0))
        with Gateway(*ANY, upstream=UPSTREAM, env={"TMPDIR": str(top)}) as second:
            expect_equal(second.ask("/").status, 200, "the second")
        expect(os.path.exists(gateway.started["folder"]), "one that works keeps its folder")
        expect_equal(gateway.ask("/").status, 200, "the first")
    os.close(held)
    expect_equal(sorted(path.name for path in top.iterdir()), sorted(path.name for path in (young, locked, other, link)), "left")


def case_a_killed_worker_is_replaced():
    with Gateway(*ANY, upstream=UPSTREAM) as gateway:
        soon(lambda: common.descendants(gateway.started["nginx"]), "a worker")
        worker = common.descendants(gateway.started["nginx"])[0]
        os.kill(worker, signal.SIGKILL)
        soon(lambda: common.descendants(gateway.started["nginx"]) not in ([], [worker]), "another worker")
        expect_equal(gateway.ask("/").status, 200, "it serves")
        soon(lambda: "[alert] worker process" in gateway.error(), gateway.error())


def case_it_listens_on_loopback_alone():
    with Gateway(*ANY) as gateway:
        ours = f":{gateway.port():04X}"
        for name, loopback in (("tcp", "0100007F"), ("tcp6", "00000000000000000000000001000000")):
            rows = [line.split() for line in pathlib.Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
            heard = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(ours)]
            expect(all(address == loopback + ours for address in heard), heard)
        folder = pathlib.Path(gateway.started["folder"])
        expect(folder.parent == TEMPORARY and folder.stat().st_mode & 0o066 == 0, oct(folder.stat().st_mode))
        expect_equal((folder / "server.key").stat().st_mode & 0o077, 0, "the key is nobody else's")


def case_lines_of_a_request_cannot_be_forged():
    with Gateway(*ANY, upstream=f"http://127.0.0.1:{free_ports(1)[0]}") as gateway:
        gateway.ask("/\x7f\"x", headers=[("Referer", "a\x1b[2J\x9b"), ("Origin", "https://a\x1b\"},{"),
                                         ("Origin", "x")], host="lo\"cal")
        gateway.ask("/seen", headers=[("Referer", "a\x1b[2J\x9b\u00e9"), ("Origin", "\"}\x1b{\"a\":\"")])
        lines = [gateway.line()]
        while not lines[-1]["url"].endswith("/seen"):
            lines.append(gateway.line())
        expect(all(set(line) == {"method", "url", "status", "decision", "reason", "origin"} for line in lines), lines)
        soon(lambda: "connect() failed" in gateway.error(), gateway.error())
        expect("\x1b" not in gateway.error() and "\x9b" not in gateway.error(), repr(gateway.error()))
        expect("\x1b" not in json.dumps(lines, ensure_ascii=False), lines)


sys.exit(common.main(globals()))
