import { Injectable } from '@nestjs/common';
import { Pool } from 'undici';
import { RequestSigner } from '../../src/bedrock/sessions/request-signer.ts';

export interface ChatRequest {
  model: string;
  messages: { role: string; content: string }[];
  max_tokens?: number;
}

export interface ChatAnswer {
  id: string;
  object: 'chat.completion';
  created: number;
  model: string;
  choices: object[];
  usage: object;
}

interface ConverseAnswer {
  output: { message: { content: { text?: string }[] } };
  usage: { inputTokens: number; outputTokens: number; totalTokens: number };
}

/** Sends a chat request of plain text as one signed Converse call. */
@Injectable()
export class BedrockCall {
  private readonly upstream = new URL(process.env.BEDROCK ?? '');
  private readonly pool = new Pool(this.upstream.origin, { connections: 1_024 });
  private readonly signer = new RequestSigner('us-east-1');
  private readonly credentials = {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  };

  async converse(request: ChatRequest): Promise<ChatAnswer> {
    const body = Buffer.from(JSON.stringify(toConverse(request)));
    const path = `/model/${encodeURIComponent(request.model)}/converse`;
    const unsigned = {
      method: 'POST',
      host: this.upstream.host,
      path,
      query: '',
      contentType: 'application/json',
      body,
    } as const;
    const signed = this.signer.sign(unsigned, this.credentials, new Date());
    const headers = { 'content-type': 'application/json', ...signed };
    const { statusCode, body: answer } = await this.pool.request({ path, method: 'POST', headers, body });
    if (statusCode !== 200) throw new Error(await answer.text());
    return toChat(request.model, (await answer.json()) as ConverseAnswer);
  }
}

function toConverse({ messages, max_tokens: maxTokens }: ChatRequest): object {
  const blocks = (content: string): object[] => [{ text: content }];
  return {
    system: messages.filter(({ role }) => role === 'system').flatMap(({ content }) => blocks(content)),
    messages: messages
      .filter(({ role }) => role !== 'system')
      .map(({ role, content }) => ({ role, content: blocks(content) })),
    inferenceConfig: { maxTokens },
  };
}

function toChat(model: string, { output, usage }: ConverseAnswer): ChatAnswer {
  const content = output.message.content.map(({ text = '' }) => text).join('');
  return {
    id: `chatcmpl-${performance.now()}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, logprobs: null, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.totalTokens,
    },
  };
}
