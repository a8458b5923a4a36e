"""A small HTTP client that costs little beside the server: prebuilt bytes over kept-open sockets, in processes of its own."""

import socket
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field

PROCESSES = 2


@dataclass
class Answers:
    """What came back: status codes with their counts, bytes of one body, seconds of each request."""

    statuses: dict = field(default_factory=dict)
    size: int = 0
    seconds: list = field(default_factory=list)
    took: float = 0.0

    def add(self, status, size, seconds):
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.size = size
        self.seconds.append(seconds)

    def merge(self, other):
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count
        self.size = max(self.size, other.size)
        self.seconds += other.seconds
        self.took = max(self.took, other.took)
        return self

    @property
    def per_second(self):
        return len(self.seconds) / self.took

    def percentile(self, share):
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def get(host, path):
    """The bytes of a GET that accepts gzip."""
    lines = (f"GET {path} HTTP/1.1", f"Host: {host}", "Accept-Encoding: gzip", "", "")
    return "\r\n".join(lines).encode()


def post(host, path, body, cookies, token, *more):
    """The bytes of a form's POST with its session and form token, and more header lines."""
    lines = (
        f"POST {path} HTTP/1.1", f"Host: {host}", f"Cookie: {cookies}", f"X-CSRFToken: {token}",
        "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", *more, "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode() + body


class Closed(Exception):
    """The server closed the connection instead of answering."""


def read_answer(stream):
    """(status, bytes of the body) of one answer."""
    first = stream.readline()
    if not first:
        raise Closed
    status, length = int(first.split()[1]), 0
    for line in iter(stream.readline, b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    stream.read(length)
    return status, length


class Connection:
    """One socket that stays open; the server may close it between two requests, then it is opened anew."""

    def __init__(self, port):
        self.port, self.channel, self.stream = port, None, None

    def ask(self, request):
        for _attempt in range(3):
            if self.channel is None:
                self.open()
            try:
                self.channel.sendall(request)
                return read_answer(self.stream)
            except (ConnectionResetError, BrokenPipeError, Closed):
                self.close()
        raise ConnectionError("the server closes every connection unanswered")

    def open(self):
        self.channel = socket.create_connection(("127.0.0.1", self.port))
        self.channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.channel.makefile("rb")

    def close(self):
        if self.channel is not None:
            self.stream.close()
            self.channel.close()
            self.channel = None


def one_after_another(port, requests, deadline=None):
    """Send requests over one connection until they or the time run out."""
    answers, connection, began = Answers(), Connection(port), time.perf_counter()
    for request in requests:
        sent = time.perf_counter()
        if deadline and sent - began > deadline:
            break
        status, size = connection.ask(request)
        answers.add(status, size, time.perf_counter() - sent)
    connection.close()
    answers.took = time.perf_counter() - began
    return answers


def _threads(port, shares, deadline):
    with ThreadPoolExecutor(len(shares)) as pool:
        return list(pool.map(lambda share: one_after_another(port, share, deadline), shares))


class Again:
    """The same request for ever."""

    def __init__(self, request):
        self.request = request

    def __iter__(self):
        while True:
            yield self.request


def hammer(port, shares, seconds=None):
    """Send each share of requests over a connection of its own, all at once; Answers of all."""
    parts = [shares[n::PROCESSES] for n in range(min(PROCESSES, len(shares)))]
    began = time.perf_counter()
    with ProcessPoolExecutor(len(parts)) as pool:
        futures = [pool.submit(_threads, port, part, seconds) for part in parts]
        everything = Answers()
        for future in futures:
            for answers in future.result():
                everything.merge(answers)
    if seconds is None:
        everything.took = time.perf_counter() - began
    return everything
