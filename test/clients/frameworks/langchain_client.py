"""Completes a task with a tool through LangChain's ChatOpenAI in each way. Prints the results as JSON."""

import json
import os

from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

RESPONSES = {"use_responses_api": True, "reasoning": {"effort": "medium", "summary": "detailed"}}
WAYS = {
    "chat": {"reasoning_effort": "medium"},
    "responses": RESPONSES,
    "stored": {**RESPONSES, "use_previous_response_id": True},
    "sealed": {**RESPONSES, "include": ["reasoning.encrypted_content"], "store": False, "output_version": "v1"},
}


@tool
def look_up(city: str) -> str:
    """Looks up the weather of a city."""
    return "Rain in " + city


def plain(model, messages):
    return model.invoke(messages)


def streamed(model, messages):
    full = None
    for chunk in model.stream(messages):
        full = chunk if full is None else full + chunk
    return full


def task(way, turn):
    """Returns the calls, the answer after them, and the reasoning that LangChain returns with the call."""
    model = ChatOpenAI(model=os.environ["MODEL"], max_retries=0, stream_usage=True, **WAYS[way]).bind_tools([look_up])
    messages = [HumanMessage("Where is it raining?")]
    first = turn(model, messages)
    results = [look_up.invoke(call) for call in first.tool_calls]
    answered = turn(model, [*messages, first, *results])
    reasoning = [block.get("reasoning") for block in first.content_blocks if block["type"] == "reasoning"]
    return {
        "calls": [[call["name"], call["args"]] for call in first.tool_calls],
        "results": [result.content for result in results],
        "reasoning": reasoning,
        "reasoned": first.usage_metadata["output_token_details"]["reasoning"] > 0,
        "text": answered.text,
    }


print(json.dumps({f"{way} {turn.__name__}": task(way, turn) for way in WAYS for turn in (plain, streamed)}))
