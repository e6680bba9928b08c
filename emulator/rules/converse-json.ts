import type { ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';

/** JSON form of a type of the AWS SDK: blobs are base64 strings. */
export type Wire<T> = T extends Uint8Array
  ? string
  : T extends (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T;

type Input = Omit<ConverseCommandInput, 'modelId' | 'additionalModelRequestFields'>;

export type ConverseJson = Wire<Input> & { additionalModelRequestFields?: ClaudeFields };

type Message = NonNullable<ConverseJson['messages']>[number];
export type ContentBlockJson = NonNullable<Message['content']>[number];

/** Fields of Claude in `additionalModelRequestFields`, and at the top level of Messages bodies. */
export interface ClaudeFields {
  thinking?: ThinkingJson;
  output_config?: { effort?: string; format?: { type?: string; schema?: unknown } };
  anthropic_beta?: string[];
  top_k?: number;
  tool_choice?: ToolChoiceJson;
  tools?: { type?: string; name?: string }[];
  [other: string]: unknown;
}

export interface ThinkingJson {
  type: 'enabled' | 'adaptive' | 'disabled' | 'between_tools';
  budget_tokens?: number;
  display?: 'summarized' | 'omitted';
  block_binding?: { prefix_mismatch_behavior?: string };
}

export interface ToolChoiceJson {
  type: 'auto' | 'any' | 'none' | 'tool';
  name?: string;
  disable_parallel_tool_use?: boolean;
}
