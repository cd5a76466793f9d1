"""The least that Flask can answer."""

from flask import Flask, Response, jsonify

app = Flask(__name__)


@app.get("/")
def show_hello() -> Response:
    """Answer the same to everybody."""
    return jsonify(hello="world")
