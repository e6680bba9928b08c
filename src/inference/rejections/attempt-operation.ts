/**
 * How an attempt calls Bedrock, as far as rejections depend on it. `count` is CountTokens, which accepts other models and
 * flags than the others. `fixed`: the gateway cannot leave anything out of the request.
 */
export type AttemptOperation = 'converse' | 'invoke-model' | 'count' | 'fixed';
