// Command client completes a task with a tool through openai-go, which its own environment variables configure: on
// chat completions and on responses, plain and streamed. It prints the results as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/respjson"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"
)

const (
	tool     = "look_up"
	question = "Where is it raining?"
)

var schema = map[string]any{
	"type":                 "object",
	"properties":           map[string]any{"city": map[string]any{"type": "string"}},
	"required":             []string{"city"},
	"additionalProperties": false,
}

// looped is the output of a task: the call with its reasoning, and the answer after it.
type looped struct {
	Tool      string `json:"tool"`
	City      string `json:"city"`
	Reasoning string `json:"reasoning"`
	Text      string `json:"text"`
	End       string `json:"end"`
	Tokens    bool   `json:"tokens"`
}

type client struct {
	openai.Client
	model string
}

func main() {
	client := client{openai.NewClient(option.WithMaxRetries(0)), os.Args[1]}
	results := map[string]any{
		"chat plain":         client.chat(client.completion),
		"chat streamed":      client.chat(client.completionStream),
		"responses plain":    client.responses(client.response),
		"responses streamed": client.responses(client.responseStream),
		"refused":            client.refused(),
	}
	must(json.NewEncoder(os.Stdout).Encode(results))
}

// completed is an answer with its reasoning, for which the library has no field.
type completed struct {
	openai.ChatCompletion
	reasoning string
}

func (c client) chat(turn func(openai.ChatCompletionNewParams) completed) looped {
	params := openai.ChatCompletionNewParams{
		Model:           c.model,
		Messages:        []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)},
		ReasoningEffort: shared.ReasoningEffortMedium,
		Tools: []openai.ChatCompletionToolUnionParam{
			openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{Name: tool, Parameters: schema}),
		},
	}
	first := turn(params)
	message := first.Choices[0].Message
	call := message.ToolCalls[0]
	city := cityOf(call.Function.Arguments)
	params.Messages = append(params.Messages, message.ToParam(), openai.ToolMessage("Rain in "+city, call.ID))
	answered := turn(params)
	return looped{
		Tool:      call.Function.Name,
		City:      city,
		Reasoning: first.reasoning,
		Text:      answered.Choices[0].Message.Content,
		End:       answered.Choices[0].FinishReason,
		Tokens:    answered.Usage.CompletionTokensDetails.ReasoningTokens > 0,
	}
}

func (c client) completion(params openai.ChatCompletionNewParams) completed {
	answer, err := c.Chat.Completions.New(context.Background(), params)
	must(err)
	return completed{*answer, reasoningOf(answer.Choices[0].Message.JSON.ExtraFields)}
}

// completionStream reads the reasoning from the chunks, because the library's accumulator drops unknown fields.
func (c client) completionStream(params openai.ChatCompletionNewParams) completed {
	params.StreamOptions.IncludeUsage = openai.Bool(true)
	stream := c.Chat.Completions.NewStreaming(context.Background(), params)
	var accumulator openai.ChatCompletionAccumulator
	reasoning := ""
	for stream.Next() {
		chunk := stream.Current()
		if !accumulator.AddChunk(chunk) {
			log.Fatalf("The accumulator refuses %s", chunk.RawJSON())
		}
		for _, choice := range chunk.Choices {
			reasoning += reasoningOf(choice.Delta.JSON.ExtraFields)
		}
	}
	must(stream.Err())
	return completed{accumulator.ChatCompletion, reasoning}
}

func (c client) responses(turn func(responses.ResponseNewParams) responses.Response) looped {
	items := responses.ResponseInputParam{
		responses.ResponseInputItemParamOfMessage(question, responses.EasyInputMessageRoleUser),
	}
	params := responses.ResponseNewParams{
		Model:     c.model,
		Reasoning: shared.ReasoningParam{Effort: shared.ReasoningEffortMedium, Summary: shared.ReasoningSummaryDetailed},
		Include:   []responses.ResponseIncludable{responses.ResponseIncludableReasoningEncryptedContent},
		Store:     openai.Bool(false),
		Tools:     []responses.ToolUnionParam{responses.ToolParamOfFunction(tool, schema, true)},
		Input:     responses.ResponseNewParamsInputUnion{OfInputItemList: items},
	}
	first := turn(params)
	result := looped{}
	for _, item := range first.Output {
		switch variant := item.AsAny().(type) {
		case responses.ResponseReasoningItem:
			sent := variant.ToParam()
			items = append(items, responses.ResponseInputItemUnionParam{OfReasoning: &sent})
			result.Reasoning = variant.Summary[0].Text
		case responses.ResponseFunctionToolCall:
			sent := variant.ToParam()
			result.Tool, result.City = variant.Name, cityOf(variant.Arguments)
			output := responses.ResponseInputItemParamOfFunctionCallOutput("Rain in " + result.City)
			output.OfFunctionCallOutput.CallID = openai.String(variant.CallID)
			items = append(items, responses.ResponseInputItemUnionParam{OfFunctionCall: &sent}, output)
		}
	}
	params.Input.OfInputItemList = items
	answered := turn(params)
	result.Text, result.End = answered.OutputText(), string(answered.Status)
	result.Tokens = answered.Usage.OutputTokensDetails.ReasoningTokens > 0
	return result
}

func (c client) response(params responses.ResponseNewParams) responses.Response {
	answer, err := c.Responses.New(context.Background(), params)
	must(err)
	return *answer
}

func (c client) responseStream(params responses.ResponseNewParams) responses.Response {
	stream := c.Responses.NewStreaming(context.Background(), params)
	var last responses.ResponseStreamEventUnion
	for stream.Next() {
		last = stream.Current()
	}
	must(stream.Err())
	return last.AsResponseCompleted().Response
}

// refused returns the code of the error for a model that does not exist.
func (c client) refused() string {
	_, err := c.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model:    "claude-unknown",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)},
	})
	var refusal *openai.Error
	if !errors.As(err, &refusal) {
		log.Fatalf("Expected an error of the API, not %v", err)
	}
	return refusal.Code
}

func cityOf(arguments string) string {
	var input struct{ City string }
	must(json.Unmarshal([]byte(arguments), &input))
	return input.City
}

// reasoningOf returns the reasoning from the unknown fields; empty if there is none.
func reasoningOf(fields map[string]respjson.Field) string {
	raw := fields["reasoning_content"].Raw()
	if raw == "" {
		return ""
	}
	var text string
	must(json.Unmarshal([]byte(raw), &text))
	return text
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
