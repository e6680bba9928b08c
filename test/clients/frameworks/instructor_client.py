"""Extracts a person with instructor in each of its modes. Prints the results as JSON.

The first answer of each plain request breaks the rule below, which no schema holds: instructor asks again, with its error.
"""

import json
import os
import sys
from collections.abc import Iterable
from typing import Literal

import instructor
from anthropic import Anthropic
from instructor import Mode
from openai import OpenAI
from pydantic import BaseModel, Field, field_validator

MODEL = sys.argv[1]
QUESTION = [{"role": "user", "content": "Ann is 30 years old and administers the site."}]
CHAT = [Mode.TOOLS, Mode.TOOLS_STRICT, Mode.JSON, Mode.MD_JSON, Mode.JSON_SCHEMA]
ANTHROPIC = [Mode.ANTHROPIC_TOOLS, Mode.ANTHROPIC_JSON]
EFFORT = {"reasoning_effort": "medium"}


class Person(BaseModel):
    """A person."""

    name: str
    age: int = Field(ge=0, le=150)
    role: Literal["administrator", "guest"]
    nickname: str | None = None

    @field_validator("name")
    @classmethod
    def in_capitals(cls, name):
        if not name.isupper():
            raise ValueError("The name must be in capitals.")
        return name


class Weather(BaseModel):
    """Looks up the weather."""

    city: str


class Search(BaseModel):
    """Searches the web."""

    query: str


def clients():
    """Returns for each mode a client and the options of its requests."""
    for mode in CHAT:
        yield mode, instructor.from_openai(OpenAI(max_retries=0), mode=mode), EFFORT
    reasoning = {"reasoning": {"effort": "medium"}}
    yield Mode.RESPONSES_TOOLS, instructor.from_openai(OpenAI(max_retries=0), mode=Mode.RESPONSES_TOOLS), reasoning
    messages = Anthropic(base_url=os.environ["ANTHROPIC_BASE_URL"], max_retries=0)
    for mode in ANTHROPIC:
        options = {"max_tokens": 8000, "thinking": {"type": "adaptive"}}
        yield mode, instructor.from_anthropic(messages, mode=mode), options


def extract(client, options):
    common = {"model": MODEL, "response_model": Person, "messages": QUESTION, **options}
    once, partial, errors = [], [], []
    client.on("parse:error", lambda error, *_, **__: errors.append("in capitals" in str(error)))
    once.append(client.create(max_retries=2, **common))
    partial.extend(client.create_partial(**common))
    return {
        "person": once[0].model_dump(),
        "refused": errors,
        "streamed": partial[-1].model_dump(),
        "pieces": len(partial) > 1,
        "many": [person.model_dump() for person in client.create_iterable(**common)],
    }


def parallel():
    client = instructor.from_openai(OpenAI(max_retries=0), mode=Mode.PARALLEL_TOOLS)
    question = [{"role": "user", "content": "Is it raining in Bergen, and why?"}]
    calls = client.create(model=MODEL, response_model=Iterable[Weather | Search], messages=question, **EFFORT)
    return [[type(call).__name__, call.model_dump()] for call in calls]


results = {mode.name: extract(client, options) for mode, client, options in clients()}
print(json.dumps({**results, Mode.PARALLEL_TOOLS.name: parallel()}))
