"""A notebook in Flask. Its list of notes has already moved to Rocket."""

import os

from flask import Flask, flash, redirect, render_template_string, request, session

app = Flask(__name__)
# The same text as `secret_key` in Rocket.toml.
app.secret_key = os.environ["SECRET_KEY"]

ROCKET = os.environ.get("ROCKET_URL", "http://127.0.0.1:8000")

PAGE = """
<!doctype html><title>Notebook</title>
{% for category, message in get_flashed_messages(with_categories=true) %}
<p><b>{{ category }}:</b> {{ message }}</p>
{% endfor %}
{% if "username" in session %}
<p>Flask: you are {{ session["username"] }}. <a href="{{ rocket }}/notes">Your notes</a> are on Rocket.</p>
<form method=post action="/logout"><button>Sign out</button></form>
{% else %}
<form method=post action="/login"><input name=username required autofocus><button>Sign in</button></form>
{% endif %}
"""


@app.get("/")
def index():
    return render_template_string(PAGE, rocket=ROCKET)


@app.post("/login")
def login():
    session["username"] = request.form["username"]
    session.permanent = True
    flash("You are signed in.", "success")
    return redirect(f"{ROCKET}/notes")


@app.post("/logout")
def logout():
    session.clear()
    return redirect("/")


if __name__ == "__main__":
    app.run(port=5000)
