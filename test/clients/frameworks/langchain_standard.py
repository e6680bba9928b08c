"""Runs LangChain's standard integration tests with ChatOpenAI against the gateway, with one class for each way of use."""

import base64
import json
import os
import struct
import urllib.request
import zlib

import pytest
from langchain_core.messages import AIMessage
from langchain_openai import ChatOpenAI
from langchain_tests.integration_tests import ChatModelIntegrationTests, chat_models

MODEL = os.environ["MODEL"]
JOKE = {"text": json.dumps({"setup": "Why do cats sleep?", "punchline": "They are tired."})}
MAGIC = {"toolUse": {"name": "magic_function", "input": {"input": 3}}}
CHINESE, JAPANESE = (
    {"toolUse": {"name": "unicode_customer", "input": {"customer_name": name, "description": "A company"}}}
    for name in ("你好啊集团", "こんにちは株式会社")
)
# Scripted answers for prompts that the emulator's generated answers do not follow closely enough.
ANSWERS = {
    "test_tool_calling": [MAGIC, MAGIC],
    "test_tool_calling_async": [MAGIC, MAGIC],
    "test_json_mode": [JOKE] * 4,
    "test_unicode_tool_call_integration": [CHINESE, JAPANESE],
    "test_agent_loop": [
        {"text": "I look.", "toolUse": {"name": "get_weather", "input": {"location": "San Francisco, CA"}}},
        {"text": "It is sunny."},
    ],
}


def emulator(path, body):
    request = urllib.request.Request(f"{os.environ['EMULATOR_URL']}/__emulator/{path}", json.dumps(body).encode())
    urllib.request.urlopen(request).close()


def png():
    """Returns a gray image of 16 by 16 pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\x00" + b"\x80" * 16) * 16) + chunk(b"IEND", b"")


PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


class Download:
    def __init__(self, content):
        self.content = content


@pytest.fixture(autouse=True)
def prepared(request, monkeypatch):
    """Configures the emulator for the test, and replaces the files that the suite downloads from the internet."""
    if request.node.get_closest_marker("vcr"):
        pytest.skip("It times the replay of a recording; the gateway has none.")
    emulator("reset", {})
    emulator("script", ANSWERS.get(request.node.originalname, []))
    monkeypatch.setattr(chat_models.httpx, "get", lambda url, **_: Download(PDF if url.endswith(".pdf") else png()))


class Standard(ChatModelIntegrationTests):
    """The features that the gateway offers to ChatOpenAI."""

    options = {}

    @property
    def chat_model_class(self):
        return ChatOpenAI

    @property
    def chat_model_params(self):
        return {"model": MODEL, "max_retries": 0, "stream_usage": True, **self.options}

    supports_json_mode = True
    supports_image_inputs = True
    supports_image_tool_message = True
    supports_pdf_inputs = True
    supports_pdf_tool_message = True
    supports_anthropic_inputs = True
    supports_model_override = True
    model_override_value = "claude-haiku-4-5"
    supported_usage_metadata_details = {
        way: ["reasoning_output", "cache_read_input", "cache_creation_input"] for way in ("invoke", "stream")
    }

    thinking = {"reasoning_effort": "medium"}
    cache = {}

    def answered(self, model, prompt, stream):
        if not stream:
            return model.invoke(prompt)
        full = None
        for chunk in model.stream(prompt):
            full = chunk if full is None else full + chunk
        return full

    def invoke_with_reasoning_output(self, *, stream=False):
        model = self.chat_model_class(**{**self.chat_model_params, **self.thinking})
        message = self.answered(model, "Think, then greet.", stream)
        assert message.usage_metadata["output_token_details"]["reasoning"] > 0
        return message

    def invoke_with_cache_creation_input(self, *, stream=False):
        return self.cached(stream, "written", "cache_creation")

    def invoke_with_cache_read_input(self, *, stream=False):
        self.cached(stream, "read", "cache_creation")
        return self.cached(stream, "read", "cache_read")

    def cached(self, stream, topic, counted):
        text = f"{topic}, {type(self).__name__}, {stream}. " + "A long document. " * 2000
        part = {"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}
        model = self.chat_model_class(**{**self.chat_model_params, **self.cache})
        message = self.answered(model, [("system", [part]), ("user", "Greet.")], stream)
        assert message.usage_metadata["input_token_details"][counted] > 0
        return message


class TestChat(Standard):
    pass


class TestChatThinking(Standard):
    options = Standard.thinking


class TestResponses(Standard):
    options = {"use_responses_api": True}
    # ChatOpenAI drops `cache_control` here.
    cache = {"model_kwargs": {"prompt_cache_key": "standard"}}
    thinking = {"reasoning": {"effort": "medium", "summary": "detailed"}}


class TestResponsesThinking(TestResponses):
    options = {"use_responses_api": True, "output_version": "responses/v1", **TestResponses.thinking}
