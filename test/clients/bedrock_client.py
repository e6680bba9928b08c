"""Runs boto3 against the gateway, configured by AWS's environment variables. Prints the results as JSON."""

import json
import sys

import boto3
from botocore.exceptions import ClientError

model, key = sys.argv[1:3]
client = boto3.client("bedrock-runtime", region_name="us-east-1")


def show_key(request, **_):
    request.headers["x-outcrop-api-key"] = key


if key:
    client.meta.events.register("before-send.bedrock-runtime", show_key)

TOOLS = [
    {
        "toolSpec": {
            "name": "look_up",
            "inputSchema": {"json": {"type": "object", "properties": {"city": {"type": "string"}}}},
        }
    }
]
THINKING = {"thinking": {"type": "enabled", "budget_tokens": 2000}}
BODY = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 4000,
    "messages": [{"role": "user", "content": "Hello"}],
    **THINKING,
}


def ask(messages, call):
    return call(
        modelId=model,
        messages=messages,
        inferenceConfig={"maxTokens": 4000},
        additionalModelRequestFields=THINKING,
        toolConfig={"tools": TOOLS},
    )


def plain(messages):
    answer = ask(messages, client.converse)
    return answer["output"]["message"], answer["stopReason"], answer["usage"]["outputTokens"]


def streamed(messages):
    """Assembles a message from the events, as every caller must."""
    blocks, stop, tokens = {}, None, 0
    for event in ask(messages, client.converse_stream)["stream"]:
        if "contentBlockStart" in event:
            start = event["contentBlockStart"]
            blocks[start["contentBlockIndex"]] = {"toolUse": {**start["start"]["toolUse"], "input": ""}}
        elif "contentBlockDelta" in event:
            add(blocks, event["contentBlockDelta"]["contentBlockIndex"], event["contentBlockDelta"]["delta"])
        elif "messageStop" in event:
            stop = event["messageStop"]["stopReason"]
        elif "metadata" in event:
            tokens = event["metadata"]["usage"]["outputTokens"]
    for block in blocks.values():
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"])
    return {"role": "assistant", "content": [blocks[index] for index in sorted(blocks)]}, stop, tokens


def add(blocks, index, delta):
    if "text" in delta:
        blocks.setdefault(index, {"text": ""})["text"] += delta["text"]
    elif "toolUse" in delta:
        blocks[index]["toolUse"]["input"] += delta["toolUse"]["input"]
    elif "reasoningContent" in delta:
        empty = {"reasoningContent": {"reasoningText": {"text": ""}}}
        reasoning = blocks.setdefault(index, empty)["reasoningContent"]["reasoningText"]
        for field, value in delta["reasoningContent"].items():
            reasoning[field] = reasoning.get(field, "") + value


def loop(turn):
    """Returns one tool call and the answer after it."""
    messages = [{"role": "user", "content": [{"text": "Where is it raining?"}]}]
    first, stop, _ = turn(messages)
    use = next(part["toolUse"] for part in first["content"] if "toolUse" in part)
    result = {"toolUseId": use["toolUseId"], "content": [{"text": "Rain in " + use["input"]["city"]}]}
    answered, end, tokens = turn([*messages, first, {"role": "user", "content": [{"toolResult": result}]}])
    return {"stop": stop, "end": end, "text": answered["content"][-1]["text"], "tokens": tokens}


def invoke():
    return json.loads(client.invoke_model(modelId=model, body=json.dumps(BODY))["body"].read())["content"]


def invoke_streamed():
    answer = client.invoke_model_with_response_stream(modelId=model, body=json.dumps(BODY))
    events = [json.loads(event["chunk"]["bytes"]) for event in answer["body"]]
    deltas = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    return {
        "thinking": "".join(delta.get("thinking", "") for delta in deltas),
        "text": "".join(delta.get("text", "") for delta in deltas),
        "last": events[-1]["type"],
    }


def refused():
    try:
        client.converse(modelId="claude-nobody-knows", messages=[{"role": "user", "content": [{"text": "Hello"}]}])
    except ClientError as error:
        return error.response["Error"]["Code"]


print(
    json.dumps(
        {
            "plain": loop(plain),
            "streamed": loop(streamed),
            "invoke": invoke(),
            "invoke_streamed": invoke_streamed(),
            "refused": refused(),
        }
    )
)
