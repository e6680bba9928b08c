import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.ObjectMappers;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseIncludable;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Completes a task with a tool through openai-java, which its own environment variables configure: on chat completions
 * and on responses, plain and streamed. Prints the results as JSON.
 */
class OpenAiClient {
    private static final String TOOL = "look_up";
    private static final String QUESTION = "Where is it raining?";
    private static final Map<String, JsonValue> SCHEMA = Map.of(
            "type", JsonValue.from("object"),
            "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))),
            "required", JsonValue.from(List.of("city")),
            "additionalProperties", JsonValue.from(false));

    private final OpenAIClient client = OpenAIOkHttpClient.builder().fromEnv().maxRetries(0).responseValidation(true).build();
    private final String model;

    private OpenAiClient(String model) {
        this.model = model;
    }

    public static void main(String[] arguments) throws Exception {
        OpenAiClient program = new OpenAiClient(arguments[0]);
        Map<String, Object> results = new TreeMap<>();
        results.put("chat plain", program.chat(program::completion));
        results.put("chat streamed", program.chat(program::completionStream));
        results.put("responses plain", program.responses(program.client.responses()::create));
        results.put("responses streamed", program.responses(program::responseStream));
        results.put("refused", program.refused());
        System.out.println(ObjectMappers.jsonMapper().writeValueAsString(results));
        program.client.close();
    }

    /** An answer with its reasoning, for which the library has no field. */
    private record Completed(ChatCompletion completion, String reasoning) {}

    private Map<String, Object> chat(Function<ChatCompletionCreateParams, Completed> turn) throws Exception {
        var function = FunctionDefinition.builder()
                .name(TOOL)
                .parameters(FunctionParameters.builder().putAllAdditionalProperties(SCHEMA).build())
                .build();
        var params = ChatCompletionCreateParams.builder()
                .model(model)
                .reasoningEffort(ReasoningEffort.MEDIUM)
                .addFunctionTool(function)
                .addUserMessage(QUESTION);
        var first = turn.apply(params.build());
        var message = first.completion().choices().get(0).message();
        var call = message.toolCalls().orElseThrow().get(0).asFunction();
        var city = cityOf(call.function().arguments());
        var result = ChatCompletionToolMessageParam.builder().toolCallId(call.id()).content("Rain in " + city).build();
        var answered = turn.apply(params.addMessage(message).addMessage(result).build()).completion();
        var choice = answered.choices().get(0);
        var tokens = answered.usage().orElseThrow().completionTokensDetails().orElseThrow().reasoningTokens();
        return Map.of(
                "tool", call.function().name(),
                "city", city,
                "reasoning", first.reasoning(),
                "text", choice.message().content().orElse(""),
                "end", choice.finishReason().asString(),
                "tokens", tokens.orElse(0L) > 0);
    }

    private Completed completion(ChatCompletionCreateParams params) {
        var completion = client.chat().completions().create(params);
        return new Completed(
                completion, reasoningOf(completion.choices().get(0).message()._allProperties()));
    }

    /** Reads the reasoning from the chunks, because the library's accumulator keeps only the last value of unknown fields. */
    private Completed completionStream(ChatCompletionCreateParams params) {
        var options = ChatCompletionStreamOptions.builder().includeUsage(true).build();
        var accumulator = ChatCompletionAccumulator.create();
        var reasoning = new StringBuilder();
        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(params.toBuilder().streamOptions(options).build())) {
            stream.stream()
                    .peek(accumulator::accumulate)
                    .flatMap(chunk -> chunk.choices().stream())
                    .forEach(choice -> reasoning.append(reasoningOf(choice.delta()._allProperties())));
        }
        return new Completed(accumulator.chatCompletion(), reasoning.toString());
    }

    /** Returns the reasoning from the unknown fields; empty if there is none. */
    private static String reasoningOf(Map<String, JsonValue> fields) {
        var reasoning = fields.get("reasoning_content");
        return reasoning == null ? "" : reasoning.asStringOrThrow();
    }

    private Map<String, Object> responses(Function<ResponseCreateParams, Response> turn) throws Exception {
        var message = EasyInputMessage.builder().role(EasyInputMessage.Role.USER).content(QUESTION).build();
        List<ResponseInputItem> items = new ArrayList<>(List.of(ResponseInputItem.ofEasyInputMessage(message)));
        var tool = FunctionTool.builder()
                .name(TOOL)
                .parameters(FunctionTool.Parameters.builder().putAllAdditionalProperties(SCHEMA).build())
                .strict(true)
                .build();
        var params = ResponseCreateParams.builder()
                .model(model)
                .reasoning(Reasoning.builder()
                        .effort(ReasoningEffort.MEDIUM)
                        .summary(Reasoning.Summary.DETAILED)
                        .build())
                .addInclude(ResponseIncludable.REASONING_ENCRYPTED_CONTENT)
                .store(false)
                .addTool(tool);
        String name = "", city = "", reasoning = "";
        for (ResponseOutputItem item : turn.apply(params.inputOfResponse(items).build()).output()) {
            if (item.isReasoning()) {
                reasoning = item.asReasoning().summary().get(0).text();
                items.add(ResponseInputItem.ofReasoning(item.asReasoning()));
            } else if (item.isFunctionCall()) {
                var call = item.asFunctionCall();
                name = call.name();
                city = cityOf(call.arguments());
                items.add(ResponseInputItem.ofFunctionCall(call));
                items.add(ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                        .callId(call.callId())
                        .output("Rain in " + city)
                        .build()));
            }
        }
        var answered = turn.apply(params.inputOfResponse(items).build());
        var last = answered.output().get(answered.output().size() - 1).asMessage();
        return Map.of(
                "tool", name,
                "city", city,
                "reasoning", reasoning,
                "text", last.content().get(0).asOutputText().text(),
                "end", answered.status().orElseThrow().asString(),
                "tokens", answered.usage().orElseThrow().outputTokensDetails().reasoningTokens() > 0);
    }

    private Response responseStream(ResponseCreateParams params) {
        var accumulator = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(params)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        return accumulator.response();
    }

    /** Returns the code of the error for a model that does not exist. */
    private String refused() {
        try {
            client.chat()
                    .completions()
                    .create(ChatCompletionCreateParams.builder().model("claude-unknown").addUserMessage(QUESTION).build());
            throw new IllegalStateException("Expected an error of the API.");
        } catch (OpenAIServiceException refusal) {
            return refusal.code().orElse("");
        }
    }

    private static String cityOf(String arguments) throws Exception {
        return ObjectMappers.jsonMapper().readTree(arguments).get("city").asText();
    }
}
