"""Runs OpenAI's Python library on /v1/responses, configured by its environment variables. Prints the results as JSON."""

import json
import sys

from openai import OpenAI

client = OpenAI(max_retries=0)
TOOL = {
    "type": "function",
    "name": "look_up",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "strict": False,
}


def common(items):
    return {
        "model": sys.argv[1],
        "input": items,
        "tools": [TOOL],
        "reasoning": {"effort": "medium", "summary": "detailed"},
        "include": ["reasoning.encrypted_content"],
        "store": False,
    }


def plain(items):
    return client.responses.create(**common(items))


def streamed(items):
    with client.responses.stream(**common(items)) as stream:
        for _ in stream:
            pass
        return stream.get_final_response()


def loop(turn):
    """Returns one tool call and the answer after it; all items are sent back unchanged."""
    items = [{"role": "user", "content": "Where is it raining?"}]
    first = turn(items)
    call = next(item for item in first.output if item.type == "function_call")
    output = {
        "type": "function_call_output",
        "call_id": call.call_id,
        "output": "Rain in " + json.loads(call.arguments)["city"],
    }
    echoed = [item.model_dump(exclude_none=True) for item in first.output]
    answered = turn([*items, *echoed, output])
    return {
        "items": [item.type for item in first.output],
        "reasoning": first.output[0].summary[0].text,
        "status": answered.status,
        "text": answered.output_text,
    }


print(json.dumps({"plain": loop(plain), "streamed": loop(streamed)}))
