"""The Flask application of the live tests: one session for it and for Rocket.

Its arguments are the secret, the digest and the salt. It prints its port. What
it sees in the session it describes in JSON, with the type of every value.
"""

import hashlib
import json
import logging
import random
import struct
import sys
import uuid
from datetime import datetime, timezone

from flask import Flask, flash, get_flashed_messages, session
from flask.sessions import SecureCookieSessionInterface
from markupsafe import Markup
from werkzeug.serving import make_server

secret, digest, salt = sys.argv[1:]
app = Flask(__name__)
app.secret_key = secret
app.session_interface = SecureCookieSessionInterface()
app.session_interface.digest_method = staticmethod(getattr(hashlib, digest))
app.session_interface.salt = salt


def text(value):
    return value.encode("utf-8", "surrogatepass").hex()


def describe(value):
    """A value and its type. Strings in hex: not all of them are Unicode."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": struct.pack(">d", value).hex()}
    if isinstance(value, Markup):
        return {"markup": text(value)}
    if isinstance(value, str):
        return {"str": text(value)}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, uuid.UUID):
        return {"uuid": str(value)}
    if isinstance(value, datetime):
        return {"datetime": int(value.timestamp())}
    if isinstance(value, tuple):
        return {"tuple": [describe(item) for item in value]}
    if isinstance(value, list):
        return {"list": [describe(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": {text(key): describe(item) for key, item in value.items()}}
    raise TypeError(type(value))


def seen():
    """The whole session, by the names of its fields."""
    return {key: describe(value) for key, value in session.items()}


class Maker:
    """Random values."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def string(self):
        # A high and a low half side by side would come back as one character.
        alphabet = 'abc XYZ"\\/<&\u00e9\u043f\u2028\U0001f600\t\n\x7f\x00' + "\ud800\udbff"
        return "".join(self.random.choice(alphabet) for _ in range(self.random.randrange(6)))

    def plain(self):
        return "".join(self.random.choice('abc é"\\😀\n') for _ in range(self.random.randrange(8)))

    def date(self, first=-(2**31)):
        return datetime.fromtimestamp(self.random.randrange(first, 2**32), timezone.utc)

    def uuid(self):
        return uuid.UUID(int=self.random.getrandbits(128))

    def bytes(self):
        return self.random.randbytes(self.random.randrange(9))

    def float(self):
        special = [0.0, -0.0, 1e16, 1e-7, 5e-324, 1.7976931348623157e308, 0.1]
        return self.random.choice(special + [self.random.uniform(-1e6, 1e6)])

    def key(self):
        tags = [" t", " b", " m", " u", " d", " di", " t__", "", "a", "b", "_x"]
        return self.random.choice(tags + [self.string()])

    def value(self, depth=0):
        r = self.random
        kinds = [
            lambda: None,
            lambda: r.random() < 0.5,
            lambda: r.randrange(-(2**63), 2**64),
            lambda: r.choice([-1, 1]) * r.getrandbits(r.choice([70, 200])),
            self.float,
            lambda: r.choice([float("nan"), float("inf"), float("-inf")]),
            self.string,
            lambda: Markup(self.string()),
            self.bytes,
            self.uuid,
            self.date,
        ]
        if depth < 3:
            items = range(r.randrange(4))
            kinds += [
                lambda: [self.value(depth + 1) for _ in items],
                lambda: tuple(self.value(depth + 1) for _ in items),
                lambda: {self.key(): self.value(depth + 1) for _ in items},
            ] * 2
        return r.choice(kinds)()

    def declared(self, name):
        """A value of the type that the Rust side declares."""
        r = self.random
        return {
            "id": self.uuid,
            # serde has no `SystemTime` before 1970.
            "since": lambda: self.date(0),
            "at": self.date,
            "blob": self.bytes,
            "html": lambda: Markup(self.plain()),
            "point": lambda: (r.randrange(-(2**63), 2**63), self.plain()),
            "ratio": self.float,
            "note": self.plain,
            "list": lambda: [[r.randrange(-9, 9) for _ in range(r.randrange(3))] for _ in range(r.randrange(3))],
            "map": lambda: {self.plain(): {self.key_plain(): r.choice([None, True, False])} for _ in range(r.randrange(3))},
            "count": lambda: r.randrange(2**64),
            "wide": lambda: r.randrange(-(2**127), 2**127),
        }[name]()

    def key_plain(self):
        return self.random.choice([" t", " di", "", "a", self.plain()])


DECLARED = ["id", "since", "at", "blob", "html", "point", "ratio", "note", "list", "map", "count", "wide"]
OTHERS = ["o1", "o2", "o3", "\ud800", "ö", 'o"5', " t"]


def fit():
    """Browsers keep 4 kB. What is no turn's subject goes first."""
    serializer = app.session_interface.get_signing_serializer(app)
    while len(serializer.dumps(dict(session))) > 3000:
        del session[next(key for key in OTHERS + ["_flashes"] + DECLARED if key in session)]


@app.post("/begin/<int:seed>")
def begin(seed):
    maker = Maker(seed)
    for name in DECLARED:
        session[name] = maker.declared(name)
    for name in OTHERS:
        session[name] = maker.value()
    fit()
    return json.dumps({"before": {}, "after": seen()})


@app.post("/turn/<int:seed>")
def turn(seed):
    before = seen()
    maker = Maker(seed)
    r = maker.random
    for name in r.sample(DECLARED, 2):
        session[name] = maker.declared(name)
    if "list" in session and r.random() < 0.3:
        # Flask sees no nested change by itself.
        session["list"].append([1])
        session.modified = True
    for name in r.sample(OTHERS, 2):
        session[name] = maker.value()
    session.pop(r.choice(OTHERS + DECLARED), None)
    if r.random() < 0.2:
        flash(maker.value(), maker.plain())
    if r.random() < 0.2:
        get_flashed_messages()
    if r.random() < 0.2:
        session.permanent = r.random() < 0.5
    session["count"] = seed
    fit()
    return json.dumps({"before": before, "after": seen()})


@app.get("/see")
def see():
    return json.dumps({"before": seen(), "after": seen()})


@app.post("/sign-in/<name>")
def sign_in(name):
    session["username"] = name
    session.permanent = True
    return "welcome"


@app.post("/sign-out")
def sign_out():
    session.clear()
    return "goodbye"


@app.get("/who")
def who():
    return session.get("username", "nobody")


@app.post("/flash/<message>")
def leave(message):
    flash(message, "error")
    return "flashed"


@app.get("/messages")
def messages():
    return ";".join(f"{category}:{message}" for category, message in get_flashed_messages(with_categories=True))


logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
