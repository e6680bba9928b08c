/**
 * Claude models that Bedrock offers on 2026-11-22, newest first. Ids and dates: AWS's model cards and lifecycle page.
 * Profiles: the pi-ai catalog of 2026-11-10. Profiles of GovCloud: pi-ai 1.6.0 and LiteLLM 1.110.2
 * (2026-11).
 * Mythos models, which require an invitation, are not listed. Their ids get the newest rules.
 */
import {
  CLAUDE_4_5,
  CLAUDE_4_5_HAIKU,
  CLAUDE_4_5_OPUS,
  CLAUDE_4_6_OPUS,
  CLAUDE_4_6_SONNET,
  CLAUDE_4_7,
  CLAUDE_4_8,
  CLAUDE_4_OPUS,
  CLAUDE_5,
  CLAUDE_5_5,
  CLAUDE_5_5_FABLE,
  CLAUDE_5_5_HAIKU,
  CLAUDE_5_5_SONNET,
  CLAUDE_5_SONNET,
  CLAUDE_FABLE_5,
} from '../rules/claude-rules.ts';
import type { Model } from '../types/model.ts';

/** Availability of every Claude since 3.7: by inference profiles only. */
const PROFILE_ONLY = { provider: 'anthropic', onDemand: false, aliases: [] } as const;

/** Claude models that Bedrock offers, newest first. */
export const CLAUDE_MODELS: readonly Model[] = [
  {
    ...PROFILE_ONLY,
    name: 'claude-fable-5-2',
    displayName: 'Claude Fable 5.2',
    id: 'anthropic.claude-fable-5-2',
    prefixes: ['us', 'global'],
    rules: CLAUDE_5_5_FABLE,
    // Anthropic's SDK 1.7.0 (2026-11-09).
    lifecycle: { launched: '2026-11-09' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-haiku-5-5',
    displayName: 'Claude Haiku 5.5',
    id: 'anthropic.claude-haiku-5-5',
    prefixes: ['us', 'us-gov', 'eu', 'au', 'jp', 'global'],
    rules: CLAUDE_5_5_HAIKU,
    // AWS's model card: the end is not before this day (2026-11-22).
    lifecycle: { launched: '2026-10-07', endNotBefore: '2027-10-07' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-sonnet-5-5',
    displayName: 'Claude Sonnet 5.5',
    id: 'anthropic.claude-sonnet-5-5',
    prefixes: ['us', 'us-gov', 'eu', 'au', 'global'],
    rules: CLAUDE_5_5_SONNET,
    lifecycle: { launched: '2026-09-28' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-opus-5-5',
    displayName: 'Claude Opus 5.5',
    id: 'anthropic.claude-opus-5-5',
    prefixes: ['us', 'us-gov', 'eu', 'au', 'jp', 'global'],
    rules: CLAUDE_5_5,
    // AWS's model card: the end is not before this day (2026-11).
    lifecycle: { launched: '2026-09-22', endNotBefore: '2027-09-22' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-fable-5-1',
    displayName: 'Claude Fable 5.1',
    id: 'anthropic.claude-fable-5-1',
    prefixes: ['us', 'us-gov', 'global'],
    rules: CLAUDE_5_5_FABLE,
    // The launch date is not documented (2026-11-22).
    lifecycle: {},
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-opus-5',
    displayName: 'Claude Opus 5',
    id: 'anthropic.claude-opus-5',
    prefixes: ['us', 'us-gov', 'eu', 'au', 'jp', 'in', 'global'],
    rules: CLAUDE_5,
    lifecycle: { launched: '2026-07-24' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-sonnet-5',
    displayName: 'Claude Sonnet 5',
    id: 'anthropic.claude-sonnet-5',
    prefixes: ['us', 'us-gov', 'eu', 'au', 'jp', 'in', 'global'],
    rules: CLAUDE_5_SONNET,
    lifecycle: { launched: '2026-06-30' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-fable-5',
    displayName: 'Claude Fable 5',
    id: 'anthropic.claude-fable-5',
    prefixes: ['us', 'eu', 'global'],
    rules: CLAUDE_FABLE_5,
    lifecycle: { launched: '2026-06-09' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-opus-4-8',
    displayName: 'Claude Opus 4.8',
    id: 'anthropic.claude-opus-4-8',
    prefixes: ['us', 'us-gov', 'eu', 'au', 'jp', 'global'],
    rules: CLAUDE_4_8,
    lifecycle: { launched: '2026-05-28' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-opus-4-7',
    displayName: 'Claude Opus 4.7',
    id: 'anthropic.claude-opus-4-7',
    prefixes: ['us', 'eu', 'au', 'jp', 'global'],
    rules: CLAUDE_4_7,
    lifecycle: { launched: '2026-04-16' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-sonnet-4-6',
    displayName: 'Claude Sonnet 4.6',
    id: 'anthropic.claude-sonnet-4-6',
    prefixes: ['us', 'eu', 'au', 'jp', 'global'],
    rules: CLAUDE_4_6_SONNET,
    lifecycle: { launched: '2026-02-17' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-opus-4-6',
    displayName: 'Claude Opus 4.6',
    id: 'anthropic.claude-opus-4-6-v1',
    prefixes: ['us', 'eu', 'au', 'global'],
    rules: CLAUDE_4_6_OPUS,
    lifecycle: { launched: '2026-02-05' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-opus-4-5',
    displayName: 'Claude Opus 4.5',
    id: 'anthropic.claude-opus-4-5-20251101-v1:0',
    aliases: ['claude-opus-4-5-20251101'],
    prefixes: ['us', 'eu', 'global'],
    rules: CLAUDE_4_5_OPUS,
    lifecycle: { launched: '2025-11-24' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-haiku-4-5',
    displayName: 'Claude Haiku 4.5',
    id: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    aliases: ['claude-haiku-4-5-20251001'],
    prefixes: ['us', 'eu', 'au', 'jp', 'in', 'global'],
    rules: CLAUDE_4_5_HAIKU,
    lifecycle: { launched: '2025-10-15' },
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-sonnet-4-5',
    displayName: 'Claude Sonnet 4.5',
    id: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    aliases: ['claude-sonnet-4-5-20250929'],
    prefixes: ['us', 'us-gov', 'eu', 'au', 'jp', 'global'],
    // The first model with the Reserved tier (AWS announcement of 2025-11-26). Its successors document no tier.
    rules: { ...CLAUDE_4_5, serviceTiers: ['reserved'] },
    lifecycle: { launched: '2025-09-29', legacy: '2026-10-08', endOfLife: '2027-04-08' },
    successor: 'claude-sonnet-4-6',
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-opus-4-1',
    displayName: 'Claude Opus 4.1',
    id: 'anthropic.claude-opus-4-1-20250805-v1:0',
    aliases: ['claude-opus-4-1-20250805'],
    prefixes: ['us'],
    rules: CLAUDE_4_OPUS,
    lifecycle: { launched: '2025-08-05', legacy: '2026-07-08', endOfLife: '2027-01-08' },
    successor: 'claude-opus-4-6',
  },
];
