"""What the other contenders answer, with Flask's own session."""

import os

from flask import Flask, session

app = Flask(__name__)
app.secret_key = "qJ2m0Vh7c3o1kq3sT0y5m0Q8y3l6b1x9w2e4r6t8u0I="
items = int(os.environ["ITEMS"])


@app.get("/fill")
def fill():
    session["username"] = "ann.smithers@example.com"
    session["visits"] = 41
    session["theme"] = "dark"
    session["cart"] = [{"sku": f"article-{n:04}", "quantity": n % 10} for n in range(1, items + 1)]
    session["seen"] = 1_700_000_000
    return "hello"


@app.get("/show")
def show():
    return str(session["visits"])


@app.get("/untouched")
def untouched():
    return "hello"


@app.get("/ro")
def ro():
    assert session["visits"] >= 41
    return "hello"


@app.get("/rw")
def rw():
    session["visits"] += 1
    return "hello"
