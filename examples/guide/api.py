#!/usr/bin/env python3
"""A small API for the guide, with two mistakes in it: python3 examples/guide/api.py [PORT]"""
import http.server
import sys


class Api(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, *headers):
        self.send_response(status)
        origin = self.headers.get("Origin")
        if origin:  # the first: whoever asks is allowed
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Credentials", "true")
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_OPTIONS(self):
        self.answer(204, ("Access-Control-Allow-Headers", "content-type"))

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # the second: without Path, the cookie is for /session alone
        self.answer(200, ("Set-Cookie", "sid=4711; HttpOnly; SameSite=Lax"))

    def do_GET(self):
        self.answer(200 if "sid=4711" in self.headers.get("Cookie", "") else 401)

    def log_message(self, *_):
        pass


port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
http.server.ThreadingHTTPServer(("127.0.0.1", port), Api).serve_forever()
