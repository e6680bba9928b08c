"""Drives OpenAI's Python library on /v1/responses, told by its own environment variables; prints what came as JSON."""

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
    """One call of the tool and the answer behind it; everything goes back as it came."""
    items = [{"role": "user", "content": "Where is it raining?"}]
    asked = turn(items)
    call = next(item for item in asked.output if item.type == "function_call")
    output = {
        "type": "function_call_output",
        "call_id": call.call_id,
        "output": "Rain in " + json.loads(call.arguments)["city"],
    }
    echoed = [item.model_dump(exclude_none=True) for item in asked.output]
    answered = turn([*items, *echoed, output])
    return {
        "items": [item.type for item in asked.output],
        "thought": asked.output[0].summary[0].text,
        "status": answered.status,
        "text": answered.output_text,
    }


print(json.dumps({"plain": loop(plain), "streamed": loop(streamed)}))
