const AWS = 'AWS';
/** Publishers by the part of a model's id that names its provider (Bedrock, "Supported foundation models", 2026-11). */
const PUBLISHERS: Readonly<Record<string, string>> = {
  ai21: 'AI21 Labs',
  amazon: AWS,
  anthropic: 'Anthropic',
  cohere: 'Cohere',
  deepseek: 'DeepSeek',
  google: 'Google',
  luma: 'Luma AI',
  meta: 'Meta',
  minimax: 'MiniMax',
  mistral: 'Mistral AI',
  moonshot: 'Moonshot AI',
  moonshotai: 'Moonshot AI',
  nvidia: 'NVIDIA',
  openai: 'OpenAI',
  qwen: 'Alibaba Cloud',
  stability: 'Stability AI',
  twelvelabs: 'TwelveLabs',
  writer: 'Writer',
  zai: 'Z.AI',
};
const PROVIDER_PART = new RegExp(String.raw`(?:^|[./])(${Object.keys(PUBLISHERS).join('|')})\.`);

/** Returns the publisher of a called model. AWS for guardrails, and for ids that hide the model. */
export function publisherOf(resource: string | undefined, model: string): string {
  const [, provider] = PROVIDER_PART.exec(resource ?? '') ?? [];
  if (provider !== undefined) return PUBLISHERS[provider]!;
  return model.startsWith('claude') ? PUBLISHERS['anthropic']! : AWS;
}
