#!/usr/bin/env python3
"""Known-answer vectors for the cookie's envelope, made without its code.

Everything is written from the documentation of the formats, RFC 2104, RFC 5869,
RFC 8439 and draft-irtf-cfrg-xchacha, with nothing but Python's own library:

    python3 make.py > vectors.json

The first lines of `check()` hold the ciphers to the vectors of those documents.
"""

import base64
import hashlib
import hmac
import json
import struct


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def hkdf(master, info, length):
    """HKDF-SHA256 without salt (RFC 5869)."""
    prk = hmac.new(bytes(32), master, hashlib.sha256).digest()
    out, block, n = b"", b"", 1
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([n]), hashlib.sha256).digest()
        out, n = out + block, n + 1
    return out[:length]


def rotate(x, n):
    return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF


def quarter(s, a, b, c, d):
    for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & 0xFFFFFFFF
        s[z] = rotate(s[z] ^ s[x], n)


def rounds(state):
    s = list(state)
    for _ in range(10):
        for i in range(4):
            quarter(s, i, i + 4, i + 8, i + 12)
        for i in range(4):
            quarter(s, i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12)
    return s


SIGMA = struct.unpack("<4I", b"expand 32-byte k")


def chacha20(key, nonce, counter, data):
    """RFC 8439, 2.4."""
    out = b""
    for start in range(0, len(data), 64):
        state = SIGMA + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
        stream = [(a + b) & 0xFFFFFFFF for a, b in zip(rounds(state), state)]
        stream = struct.pack("<16I", *stream)
        out += bytes(a ^ b for a, b in zip(data[start : start + 64], stream))
        counter += 1
    return out


def hchacha20(key, nonce):
    """draft-irtf-cfrg-xchacha, 2.2."""
    s = rounds(SIGMA + struct.unpack("<8I", key) + struct.unpack("<4I", nonce))
    return struct.pack("<8I", *(s[:4] + s[12:]))


def poly1305(key, message):
    """RFC 8439, 2.5."""
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    s = int.from_bytes(key[16:], "little")
    total = 0
    for start in range(0, len(message), 16):
        block = message[start : start + 16] + b"\x01"
        total = (total + int.from_bytes(block, "little")) * r % ((1 << 130) - 5)
    return ((total + s) & ((1 << 128) - 1)).to_bytes(16, "little")


def seal(key, nonce, plaintext, associated):
    """XChaCha20-Poly1305: ciphertext and tag."""
    key, nonce = hchacha20(key, nonce[:16]), bytes(4) + nonce[16:]
    ciphertext = chacha20(key, nonce, 1, plaintext)
    pad = lambda data: data + bytes(-len(data) % 16)
    lengths = struct.pack("<QQ", len(associated), len(ciphertext))
    tag = poly1305(chacha20(key, nonce, 0, bytes(32)), pad(associated) + pad(ciphertext) + lengths)
    return ciphertext + tag


def check():
    key = bytes(range(32))
    nonce = bytes.fromhex("000000090000004a0000000031415927")
    assert hchacha20(key, nonce).hex() == (
        "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"
    )
    text = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        b"future, sunscreen would be it."
    )
    sealed = seal(
        bytes(range(0x80, 0xA0)),
        bytes(range(0x40, 0x58)),
        text,
        bytes.fromhex("50515253c0c1c2c3c4c5c6c7"),
    )
    assert sealed[:16].hex() == "bd6d179d3e83d43b9576579493c0e939"
    assert sealed[-16:].hex() == "c0875924c1c7987947deafd8780acf49"
    # RFC 5869, A.3: no salt, no info.
    assert hkdf(b"\x0b" * 22, b"", 42).hex().startswith("8da4e775a563c18f715f802a063c5a31")


def header(master, created, issued, lifetime=None, version=1, flags=None, key_id=None):
    key_id = key_id or hkdf(master, b"session-runtime v1: key id", 4)
    flags = (1 if lifetime is not None else 0) if flags is None else flags
    data = bytes([version, flags]) + key_id
    data += created.to_bytes(5, "big") + issued.to_bytes(5, "big")
    return data + (b"" if lifetime is None else lifetime.to_bytes(4, "big"))


def signed(master, name, payload, head, purpose="session-runtime v1 signed cookie"):
    value = f"{b64(payload.encode())}.{b64(head)}"
    key = hkdf(master, f"{purpose}\0{name}".encode(), 64)
    return f"{value}.{b64(hmac.new(key, value.encode(), hashlib.sha256).digest())}"


def encrypted(master, name, payload, head, nonce, purpose="session-runtime v1 encrypted cookie"):
    head = b64(head)
    key = hkdf(master, f"{purpose}\0{name}".encode(), 32)
    sealed = seal(key, nonce, payload.encode(), head.encode())
    return f"{b64(nonce + sealed)}.{head}"


def main():
    check()
    one = hashlib.sha256(b"vector key one").digest()
    two = hashlib.sha512(b"vector key two").digest()
    payloads = [
        "{}",
        '{"username":"Ann"}',
        '{"visits":3,"name":"Zo\u00eb \U0001f36a","_flashes":[["success","a\\u00e9"]],"_permanent":true}',
        '{"list":[' + ",".join(str(n) for n in range(400)) + "]}",
    ]
    cases = []

    def case(title, value, expect, key=one, name="session", **more):
        cases.append({"case": title, "key": b64(key), "name": name, "value": value, "expect": expect, **more})

    for key, name in ((one, "session"), (two, "__Host-session")):
        for n, payload in enumerate(payloads):
            for lifetime in (None, 0, 3600):
                created, issued = 1_700_000_000 + n, 1_800_000_000 + n
                head = header(key, created, issued, lifetime)
                more = {"payload": payload, "created": created, "issued": issued, "lifetime": lifetime}
                case("signed", signed(key, name, payload, head), "signed", key, name, **more)
                nonce = hashlib.sha256(f"{name} {n} {lifetime}".encode()).digest()[:24]
                value = encrypted(key, name, payload, head, nonce)
                case("encrypted", value, "encrypted", key, name, **more)

    payload, head, nonce = payloads[1], header(one, 1_700_000_000, 1_700_000_000), bytes(range(24))
    good = signed(one, "session", payload, head)
    body, text, mac = good.split(".")
    boxed = encrypted(one, "session", payload, head, nonce)
    case("signed for another name", signed(one, "other", payload, head), "Forged")
    case("signed for no name", signed(one, "", payload, head), "Forged")
    case("signed for another version", signed(one, "session", payload, head, purpose="session-runtime v2 signed cookie"), "Forged")
    case("signed with a key for the other format", signed(one, "session", payload, head, purpose="session-runtime v1 encrypted cookie"), "Forged")
    case("signed with the master key itself", f"{body}.{text}.{b64(hmac.new(one, f'{body}.{text}'.encode(), hashlib.sha256).digest())}", "Forged")
    key = hkdf(one, b"session-runtime v1 signed cookie\0session", 64)
    for title, data in (("the parts in the other order", f"{text}.{body}"), ("the parts without the dot", body + text), ("the payload alone", body)):
        case(f"a MAC over {title}", f"{body}.{text}.{b64(hmac.new(key, data.encode(), hashlib.sha256).digest())}", "Forged")
    case("the MAC of another payload", f"{b64(payloads[0].encode())}.{text}.{mac}", "Forged")
    case("a zero MAC", f"{body}.{text}.{'A' * 43}", "Forged")
    case("an empty MAC", f"{body}.{text}.", "Malformed")
    case("half a MAC", f"{body}.{text}.{mac[:22]}", "Malformed")
    case("no MAC", f"{b64(payloads[2].encode())}.{text}", "Forged")
    case("another version", signed(one, "session", payload, header(one, 1, 1, version=2)), "Header")
    case("an unknown flag", signed(one, "session", payload, header(one, 1, 1, flags=4)), "Header")
    case("a header that is too long", signed(one, "session", payload, head + bytes(5)), "Header")
    case("an unknown key id", signed(one, "session", payload, header(one, 1, 1, key_id=b"none")), "UnknownKey")
    case("encrypted for another name", encrypted(one, "other", payload, head, nonce), "Forged")
    case("encrypted with a key for the other format", encrypted(one, "session", payload, head, nonce, purpose="session-runtime v1 signed cookie"), "Forged")
    case("the header of another box", f"{boxed.split('.')[0]}.{b64(header(one, 1, 2))}", "Forged")
    case("a box without a nonce", f"AAAA.{text}", "Malformed")
    print(json.dumps(cases, indent=1))


main()
