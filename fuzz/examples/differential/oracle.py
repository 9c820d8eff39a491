"""Flask's side of the differential run.

A cookie's judge and maker, written with Python's standard library from the
format's description. Where Flask is installed it is asked the same, and must
say the same: that is what holds this file to it.

It is started by `cargo differential`. The argument is the secret in hex. Each
line of the input is a request, its parts separated by tabs, the texts in hex:

    make   <seed>                a random session and its cookie
    judge  <cookie> [<plain> <rewritten>]
    write  <text> [<plain>]      a value that Rust wrote, and its plain JSON

Each gets a line of JSON; they are sent when an empty line comes.
"""

import base64
import binascii
import hashlib
import hmac
import json
import math
import random
import re
import struct
import sys
import threading
import uuid
import zlib
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

try:
    import flask
    from flask.sessions import SecureCookieSessionInterface
    from itsdangerous import BadSignature, TimestampSigner
except ImportError:
    flask = None

NOW = 1_700_000_000
MAX_AGE = 31 * 24 * 60 * 60
# Where this library says that it is not as lenient as Flask.
MAX_INFLATED = 64 * 1024
MAX_DEPTH = 492

SECRET = bytes.fromhex(sys.argv[1])
KEY = hmac.new(SECRET, b"cookie-session", hashlib.sha1).digest()


class Markup(str):
    """Text that is HTML already."""


class Refused(Exception):
    pass


# -- the cookie ---------------------------------------------------------------


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def decode(part):
    """As itsdangerous reads it: padded or not, with junk."""
    try:
        return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except (ValueError, TypeError, binascii.Error):
        raise Refused("base64")


def mac(signed):
    return hmac.new(KEY, signed, hashlib.sha1).digest()


def number(data):
    if len(data) > 8:
        raise Refused("time")
    return int.from_bytes(data, "big")


def dump(session):
    """The payload's JSON text."""
    return json.dumps(tag(session), separators=(",", ":"), sort_keys=True)


def written_or_none(session):
    """Flask reads dates that it cannot write, such as one before the year 1."""
    try:
        return dump(session)
    except (ValueError, OverflowError):
        return None


def sign(text, time=NOW):
    data = text.encode()
    compressed = zlib.compress(data)
    payload = encode(data)
    if len(compressed) < len(data) - 1:
        payload = b"." + encode(compressed)
    signed = payload + b"." + encode(time.to_bytes((time.bit_length() + 7) // 8, "big"))
    return (signed + b"." + encode(mac(signed))).decode()


class Opened:
    """A cookie that Flask reads."""

    def __init__(self, cookie):
        self.why = []  # where this library may refuse it all the same
        signed, dot, signature = cookie.rpartition(b".")
        if not dot:
            raise Refused("no signature")
        if not hmac.compare_digest(mac(signed), decode(signature)):
            raise Refused("signature")
        payload, dot, time = signed.rpartition(b".")
        if not dot:
            raise Refused("no time")
        self.time = number(decode(time))
        if not 0 <= NOW - self.time <= MAX_AGE:
            raise Refused("age")
        if len(time) > 11:
            self.why.append("a long time")
        data = decode(payload.removeprefix(b"."))
        for part in (signature, time, payload.removeprefix(b".")):
            if encode(decode(part)) != part:
                self.why.append("base64 that Flask does not write")
        if payload.startswith(b"."):
            data = self.inflate(data)
        try:
            self.text = data.decode()
        except ValueError:
            raise Refused("text")
        self.session = self.load(self.text)

    def inflate(self, data):
        inflater = zlib.decompressobj()
        try:
            inflated = inflater.decompress(data)
        except zlib.error:
            raise Refused("zlib")
        if not inflater.eof:
            raise Refused("zlib is cut")
        if inflater.unused_data:
            self.why.append("bytes behind the zlib stream")
        if len(inflated) > MAX_INFLATED:
            self.why.append("it inflates to too much")
        return inflated

    def load(self, text):
        try:
            value = json.loads(text, object_pairs_hook=self.pairs)
        except (ValueError, RecursionError):
            raise Refused("JSON")
        if depth(text) > MAX_DEPTH:
            self.why.append("depth")
        if not isinstance(value, dict):
            self.why.append("no object")
        elif self.last_is_double:
            self.why.append("a field twice")
        value = untag(value, text, self.why)
        if not isinstance(value, dict):
            raise Refused("no session")
        return value

    last_is_double = False

    def pairs(self, pairs):
        value = dict(pairs)
        # The session itself is the last that is closed.
        self.last_is_double = len(value) < len(pairs)
        if self.last_is_double:
            lost = [item for key, item in pairs if item is not value[key]]
            # Tags are checked here where they stand, also in what Python drops.
            if any(key in TAGS for key in value) or '{" ' in json.dumps(lost):
                self.why.append("a tag in a dict with a key twice")
        return value


def depth(text):
    text = re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.DOTALL)
    deepest = level = 0
    for bracket in re.findall(r"[][{}]", text):
        level += 1 if bracket in "[{" else -1
        deepest = max(deepest, level)
    return deepest


# -- tags ---------------------------------------------------------------------

TAGS = (" di", " t", " b", " m", " u", " d")


def untag(value, text, why):
    if isinstance(value, list):
        return [untag(item, text, why) for item in value]
    if not isinstance(value, dict):
        return value
    value = {key: untag(item, text, why) for key, item in value.items()}
    if len(value) != 1:
        return value
    key, inner = next(iter(value.items()))
    if key not in TAGS:
        return value
    try:
        found = of_tag(key, inner)
    except Exception:  # whatever it is, the page answers 500
        raise Refused(f"the tag {key}")
    if not is_written(key, inner, found, text):
        why.append(f"the tag {key} as Flask does not write it")
    return found


def is_written(key, inner, found, text):
    """Whether Flask itself writes the tag so."""
    if key == " t":
        return isinstance(inner, list)
    if key == " di":
        name = next(iter(inner))
        return len(inner) == 1 and name.endswith("__") and name[:-2] in TAGS
    if not isinstance(inner, str):
        return False
    try:
        return key == " m" or (tag(found) == {key: inner} and f'"{inner}"' in text)
    except OverflowError:
        # A date that is none in UTC.
        return False


def of_tag(key, inner):
    if key == " t":
        return tuple(inner)
    if key == " b":
        return base64.b64decode(inner)
    if key == " m":
        return Markup(inner)
    if key == " u":
        return uuid.UUID(inner)
    if key == " d":
        return parse_date(inner)
    key = next(iter(inner))
    return {key[:-2]: inner[key]}


def parse_date(value):
    if value is None:
        return None
    try:
        date = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return date.replace(tzinfo=timezone.utc) if date.tzinfo is None else date


def tag(value):
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)) in TAGS:
            key = next(iter(value))
            return {" di": {f"{key}__": tag(value[key])}}
        return {key: tag(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return {" t": [tag(item) for item in value]}
    if isinstance(value, list):
        return [tag(item) for item in value]
    if isinstance(value, bytes):
        return {" b": base64.b64encode(value).decode()}
    if hasattr(value, "__html__") or isinstance(value, Markup):
        return {" m": str(value)}
    if isinstance(value, uuid.UUID):
        return {" u": value.hex}
    if isinstance(value, datetime):
        return {" d": http_date(value)}
    return value


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(date):
    date = date.astimezone(timezone.utc)
    day, month = DAYS[date.weekday()], MONTHS[date.month - 1]
    return f"{day}, {date.day:02} {month} {date.year:04} {date:%H:%M:%S} GMT"


# -- comparing ----------------------------------------------------------------


def plain(value):
    """What the other formats of the library make of it."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        date = value.astimezone(timezone.utc)
        return f"{date.year:04}-{date:%m-%dT%H:%M:%S}Z"
    if isinstance(value, (int, float)) and not finite(value):
        return None
    return str(value) if isinstance(value, str) else value


def finite(number):
    """No format of the library reads a number beyond a float."""
    try:
        return math.isfinite(float(number))
    except OverflowError:
        return False


def same(a, b):
    """Equal, in type as well."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and type(a) is type(b):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and isinstance(b, float):
        return struct.pack(">d", a) == struct.pack(">d", b)
    return type(a) is type(b) and a == b


# -- Flask itself -------------------------------------------------------------


class RealFlask:
    """The same questions, to Flask."""

    def __init__(self):
        class Signer(TimestampSigner):
            def get_timestamp(self):
                return NOW

        self.app = flask.Flask(__name__)
        self.app.secret_key = SECRET
        self.app.app_context().push()
        self.serializer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        self.serializer.signer = Signer

    def check(self, cookie, opened):
        """Whether it reads what this file reads."""
        try:
            session = self.serializer.loads(cookie, max_age=MAX_AGE)
        except Exception:  # a bad signature, or the page answers 500
            session = None
        ours = opened.session if opened else None
        if isinstance(session, dict) != isinstance(ours, dict):
            raise AssertionError(f"Flask reads {session!r} and the oracle {ours!r}")
        written = written_or_none(ours) if opened else None
        if written is not None:
            if not same(tag(session), tag(ours)):
                raise AssertionError(f"Flask reads {session!r} and the oracle {ours!r}")
            text = self.serializer.serializer.dumps(session)
            if text != written:
                raise AssertionError(f"Flask writes {text!r} and the oracle {written!r}")
            if self.serializer.dumps(session) != sign(text):
                raise AssertionError(f"Flask signs {text!r} differently")


# Made in the thread that asks it: Flask's context belongs to one.
REAL = None


# -- requests -----------------------------------------------------------------


def open_cookie(cookie):
    """What a cookie holds, or the reason why not, also according to Flask."""
    try:
        opened, refused = Opened(cookie), None
    except Refused as error:
        opened, refused = None, str(error)
    if REAL and (opened is None or "depth" not in opened.why):
        REAL.check(cookie, opened)
    return opened, refused


def judge(cookie, plain_text=None, rewritten=None):
    opened, refused = open_cookie(cookie)
    if opened is None:
        return {"refused": refused}
    answer = {"text": opened.text, "why": opened.why}
    text = written_or_none(opened.session)
    if text is None:
        return answer
    answer["cookie"] = sign(text)
    if plain_text is not None and not same(json.loads(plain_text), plain(opened.session)):
        answer["wrong"] = "the plain JSON is of another value"
    if rewritten is not None:
        again, why = open_cookie(rewritten)
        if again is None:
            answer["wrong"] = f"what was written back is refused: {why}"
        else:
            session = opened.session
            waiting = session.get("_flashes")
            waiting = list(waiting) if isinstance(waiting, (list, tuple)) else []
            expected = session | {"n": [1], "_flashes": waiting + [("message", "\u00e9")]}
            if not same(again.session, expected):
                answer["wrong"] = f"what was written back is {again.session!r}"
    return answer


def write(text, plain_text=None):
    why = []
    value = untag(json.loads(text), text, why)
    answer = {"text": json.dumps(tag(value), separators=(",", ":"), sort_keys=True), "why": why}
    if plain_text is not None and not same(json.loads(plain_text), plain(value)):
        answer["wrong"] = f"it is {value!r} to Python"
    return answer


class Maker:
    """Random values."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def string(self):
        alphabet = 'abc XYZ"\\/<&\u00e9\u043f\u2028\U0001f600\t\n\x7f\x00' + "\ud800\udbff\udc00"
        return "".join(self.random.choice(alphabet) for _ in range(self.random.randrange(6)))

    def date(self):
        # Flask reads no year before 100.
        return datetime.fromtimestamp(self.random.randrange(-59_011_459_200, 253_402_300_800), timezone.utc)

    def float(self):
        special = [0.0, -0.0, 1e16, 1e-7, 5e-324, 1.7976931348623157e308, 0.1, 2111272859535333.25]
        bits = struct.unpack(">d", self.random.randbytes(8))[0]
        return self.random.choice(special + [self.random.uniform(-1e6, 1e6), bits, bits])

    def key(self):
        tags = TAGS + (" t__", " x", "__", "", "a", "b", "_x", "\u00e9")
        return self.random.choice(tags + (self.string(),))

    def value(self, depth=0):
        r = self.random
        kinds = [
            lambda: r.choice([None, True, False]),
            lambda: r.randrange(-(2**63), 2**64),
            lambda: r.choice([-1, 1]) * r.getrandbits(r.choice([3, 70, 200, 2000])),
            self.float,
            lambda: r.choice([float("nan"), float("inf"), float("-inf")]),
            self.string,
            lambda: Markup(self.string()),
            lambda: r.randbytes(r.randrange(9)),
            lambda: uuid.UUID(int=r.getrandbits(128)),
            self.date,
        ]
        if depth < 4:
            items = range(r.randrange(5))
            kinds += [
                lambda: [self.value(depth + 1) for _ in items],
                lambda: tuple(self.value(depth + 1) for _ in items),
                lambda: {self.key(): self.value(depth + 1) for _ in items},
            ] * 3
        return r.choice(kinds)()

    def session(self):
        r = self.random
        session = {self.key(): self.value() for _ in range(r.randrange(5))}
        if r.random() < 0.3:
            session["_flashes"] = [(self.string(), self.value(3)) for _ in range(r.randrange(3))]
        if r.random() < 0.2:
            session["_permanent"] = r.random() < 0.8
        if r.random() < 0.2:
            session["long"] = [self.value(4)] * r.randrange(100)
        return session


def make(seed):
    return {"cookie": sign(dump(Maker(int(seed)).session()))}


def main():
    global REAL
    REAL = RealFlask() if flask else None
    for line in sys.stdin.buffer:
        if line == b"\n":
            sys.stdout.flush()
            continue
        kind, *parts = line.decode().strip("\n").split("\t")
        try:
            if kind == "make":
                answer = make(*parts)
            elif kind == "judge":
                answer = judge(*map(bytes.fromhex, parts))
            else:
                answer = write(*(bytes.fromhex(part).decode() for part in parts))
        except Exception as error:
            answer = {"wrong": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer))


# Lists within lists take the stack of C as well.
sys.setrecursionlimit(20_000)
threading.stack_size(512 * 1024 * 1024)
thread = threading.Thread(target=main)
thread.start()
thread.join()
