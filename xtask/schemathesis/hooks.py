"""Who asks the gateway while schemathesis tries everything, and what no schema can say.

Almost everything is asked by an administrator. What could end the asking session or lock its account (signing out,
giving a wrong password again) is asked by somebody made for that, who is replaced once the account is spent. So the
run never goes on with a token that is worth nothing, with which every check would pass.

A schema cannot say which ids, versions, cursors and passwords are the right ones at a moment. Half of the requests
that are meant to be right get such values here; the rest, and all that are meant to be wrong, go out as they are.
"""

import hashlib
import itertools
import json
import os

import jsonschema_rs
import requests
import schemathesis
from hypothesis import strategies as st

ADDRESS = os.environ["VOICEASSIST_ADDRESS"]

# Operations that wear out the account that asks.
WEARING = {
    "POST /api/auth/logout",
    "POST /api/auth/step-up",
    "DELETE /api/auth/sessions/{id}",
    "PUT /api/users/me",
    "PUT /api/users/me/password",
}


def ask(method, path, token=None, **options):
    """One request beside those of the run."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.request(method, ADDRESS + path, headers=headers, timeout=20, **options)


def strong_password(number):
    """A password that meets the policy, always the same for the same number."""
    return hashlib.sha256(f"a password of the run {number}".encode()).hexdigest()[:28]


class Person:
    """Somebody with a session, as long as it lasts."""

    def __init__(self, email, password):
        self.email, self.password, self.id = email, password, None
        self.token = self.refresh_token = None

    def sign_in(self):
        answer = ask("POST", "/api/auth/login", json={"email": self.email, "password": self.password})
        return self.take(answer)

    def take(self, answer):
        """Keeps the tokens of an answer, if it has some."""
        pair = answer.json()
        self.token, self.refresh_token = pair.get("access_token"), pair.get("refresh_token")
        return self.token is not None

    def is_alive(self):
        return self.token is not None and ask("GET", "/api/auth/sessions", self.token).ok


class People:
    """The administrator, whoever is worn out at the moment, and somebody to whom things are done."""

    def __init__(self):
        self.administrator = Person(os.environ["VOICEASSIST_EMAIL"], os.environ["VOICEASSIST_PASSWORD"])
        self.worn = self.subject = None
        self.numbers = itertools.count(1)

    def wake_administrator(self):
        """A session of the administrator, whatever the run did to the account."""
        one = self.administrator
        if not one.is_alive():
            assert one.sign_in(), "the administrator of the run cannot sign in any more"
        if not one.is_alive():
            # The run asked its own account to change the password.
            password = strong_password(next(self.numbers))
            body = {"current_password": one.password, "new_password": password}
            assert one.take(ask("PUT", "/api/users/me/password", one.token, json=body)), "no new password"
            one.password = password
        return one.token

    def make(self, name):
        """Somebody new, signed in."""
        number = next(self.numbers)
        one = Person(f"{name}{number}@clinic.example", strong_password(number))
        body = {"email": one.email, "full_name": name, "password": one.password, "must_change_password": False}
        made = ask("POST", "/api/users", self.wake_administrator(), json=body)
        assert made.status_code == 201, made.text
        one.id = made.json()["id"]
        assert one.sign_in(), "somebody new cannot sign in"
        return one

    def wake_worn(self):
        """Somebody whose session can be spent."""
        if self.worn is None or not self.worn.is_alive():
            self.worn = self.make("worn")
        return self.worn

    def find_subject(self):
        """Somebody whose account can be changed, with a session as long as nobody ends it."""
        if self.subject is None:
            self.subject = self.make("subject")
        return self.subject


PEOPLE = People()


@schemathesis.auth(refresh_interval=None)
class Tokens:
    """The token that a request carries."""

    def get(self, case, context):
        if context.operation.label in WEARING:
            return PEOPLE.wake_worn().token
        return PEOPLE.administrator.token or PEOPLE.wake_administrator()

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"


def find_cursor(case):
    """The cursor of a first page of one row, with the same filter and order."""
    query = {name: value for name, value in case.query.items() if name != "cursor"}
    page = ask("GET", case.path, PEOPLE.wake_administrator(), params={**query, "limit": 1})
    return page.json().get("next_cursor") if page.ok else None


def read_version(path):
    token = PEOPLE.worn.token if path.endswith("/me") else PEOPLE.wake_administrator()
    return f'"{ask("GET", path, token).json().get("version", 0)}"'


def find_session(path, token):
    items = ask("GET", path, token).json().get("items")
    return items[0]["id"] if items else None


def find_subjects_session():
    """A session of the subject, who signs in again or is replaced once there is none."""
    one = PEOPLE.find_subject()
    path = f"/api/users/{one.id}/sessions"
    found = find_session(path, PEOPLE.wake_administrator())
    if found is None and one.sign_in():
        found = find_session(path, PEOPLE.wake_administrator())
    if found is None:
        # The run gave it another password, or took the account away.
        PEOPLE.subject = None
        one = PEOPLE.find_subject()
        found = find_session(f"/api/users/{one.id}/sessions", PEOPLE.wake_administrator())
    return found


COUNT = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts right values where a request is meant to be right."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    label = case.operation.label
    # A cursor is right or wrong, whatever it looks like: there is nothing in between to leave as it is.
    if "cursor" in (case.query or {}):
        cursor = find_cursor(case)
        case.query = {**case.query, "cursor": cursor} if cursor else {k: v for k, v in case.query.items() if k != "cursor"}
    if label == "PUT /api/users/me/password":
        case.body = {**case.body, "new_password": strong_password(f"new {next(COUNT)}")}
    if next(COUNT) % 2 == 0:
        return
    if label == "DELETE /api/auth/sessions/{id}":
        case.path_parameters = {"id": find_session("/api/auth/sessions", PEOPLE.worn.token) or PEOPLE.worn.id}
    if "sid" in (case.path_parameters or {}):
        case.path_parameters = {**case.path_parameters, "sid": find_subjects_session()}
    if "/api/users/{id}" in case.path:
        case.path_parameters = {**case.path_parameters, "id": PEOPLE.find_subject().id}
    if "If-Match" in (case.headers or {}):
        path = case.path.replace("{id}", str((case.path_parameters or {}).get("id")))
        case.headers["If-Match"] = read_version(path)
    if label == "POST /api/auth/login":
        one = PEOPLE.find_subject()
        case.body = {"email": one.email, "password": one.password}
    elif label == "POST /api/auth/refresh":
        case.body = {"refresh_token": PEOPLE.administrator.refresh_token or ""}
    elif label == "POST /api/auth/step-up":
        case.body = {"password": PEOPLE.worn.password}
    elif label == "PUT /api/users/me/password":
        case.body = {**case.body, "current_password": PEOPLE.worn.password}


@schemathesis.hook
def after_call(context, case, response):
    """Keeps up with what the run did to the accounts that ask."""
    label, one = case.operation.label, PEOPLE.administrator
    if case.method.upper() != case.operation.method.upper():
        # Another method on the same path, to see that it is refused.
        return
    if label == "PUT /api/users/me/password" and response.status_code == 200:
        PEOPLE.worn.password = case.body["new_password"]
        PEOPLE.worn.take(response)
    if label == "POST /api/auth/refresh" and response.status_code == 200:
        one.take(response)
    if response.request.headers.get("Authorization") == f"Bearer {one.token}" and response.status_code in (401, 403):
        ends = (b"session_ended", b"token_expired", b"password_change_required")
        if any(code in response.content for code in ends):
            PEOPLE.wake_administrator()


# Passwords that meet the policy: how hard they are to guess is not in the schema.
schemathesis.openapi.format("password", st.integers(0, 10_000).map(strong_password))


@st.composite
def tables(draw):
    """Tables of people, as an administrator would bring them."""
    number, role = st.integers(1, 500), st.sampled_from(["user", "admin", ""])
    people = draw(st.lists(st.tuples(number, role), min_size=1, max_size=5))
    rows = [f"person{number}@clinic.example,Person {number},{role}" for number, role in people]
    return "\n".join(["email,full_name,role", *rows, ""])


schemathesis.openapi.format("csv", tables())


@schemathesis.check
def every_line_conforms(context, response, case):
    """Answers of one JSON value a line: the document describes a line, and there may be none."""
    kind = (response.headers.get("content-type") or [""])[0]
    if response.status_code != 200 or not kind.startswith("application/x-ndjson"):
        return None
    root = case.operation.schema.raw_schema
    media = root["paths"][case.path][case.method.lower()]["responses"]["200"]["content"]["application/x-ndjson"]
    validator = jsonschema_rs.validator_for({**media["schema"], "components": root["components"]})
    for line in response.content.decode().splitlines():
        validator.validate(json.loads(line))
    return None
