/**
 * Operation of an attempt, for rules that depend on it. `count` is CountTokens, which accepts other models and flags than
 * the rest. With `fixed`, the gateway cannot omit parts of the request.
 */
export type AttemptOperation = 'converse' | 'invoke-model' | 'count' | 'fixed';
