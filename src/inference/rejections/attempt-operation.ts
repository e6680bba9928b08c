/**
 * Operation of an attempt, as far as rejections depend on it. CountTokens (`count`) accepts other models and flags than
 * the others. In a `fixed` request, the gateway cannot omit parts.
 */
export type AttemptOperation = 'converse' | 'invoke-model' | 'count' | 'fixed';
