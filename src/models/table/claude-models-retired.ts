/**
 * Claude models that Bedrock has retired by 2026-11-22. Their names still work: the successor answers. Successors are
 * chosen so that they support the old model's parameters (temperature, budgets).
 * Limits of 3.x and 2.x and launch dates are from AWS's and Anthropic's announcements and were not verified
 * again (2026-11-22). Ends of life are from AWS's lifecycle page unless a
 * comment names another source.
 */
import {
  CLAUDE_2,
  CLAUDE_3,
  CLAUDE_3_5_HAIKU,
  CLAUDE_3_5_SONNET,
  CLAUDE_3_5_SONNET_V2,
  CLAUDE_3_7,
  CLAUDE_3_HAIKU,
  CLAUDE_4_OPUS,
  CLAUDE_4_SONNET,
  CLAUDE_INSTANT,
} from '../rules/claude-rules.ts';
import type { Model } from '../types/model.ts';

const PROFILE_ONLY = { provider: 'anthropic', onDemand: false } as const;

/** Availability by bare id only. Clients of retired models do not need their profiles. */
const ON_DEMAND = { provider: 'anthropic', onDemand: true, prefixes: [] } as const;

/** Retired Claude models, newest first. */
export const RETIRED_CLAUDE_MODELS: readonly Model[] = [
  {
    ...PROFILE_ONLY,
    name: 'claude-sonnet-4',
    displayName: 'Claude Sonnet 4',
    id: 'anthropic.claude-sonnet-4-20250514-v1:0',
    aliases: ['claude-sonnet-4-20250514', 'claude-sonnet-4-0'],
    prefixes: ['us', 'eu', 'apac', 'global'],
    rules: CLAUDE_4_SONNET,
    lifecycle: { launched: '2025-05-22', endOfLife: '2026-10-14' },
    successor: 'claude-sonnet-4-6',
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-opus-4',
    displayName: 'Claude Opus 4',
    id: 'anthropic.claude-opus-4-20250514-v1:0',
    aliases: ['claude-opus-4-20250514', 'claude-opus-4-0'],
    prefixes: ['us'],
    rules: CLAUDE_4_OPUS,
    lifecycle: { launched: '2025-05-22', endOfLife: '2026-05-31' },
    successor: 'claude-opus-4-6',
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-3-7-sonnet',
    displayName: 'Claude 3.7 Sonnet',
    id: 'anthropic.claude-3-7-sonnet-20250219-v1:0',
    aliases: ['claude-3-7-sonnet-20250219', 'claude-3-7-sonnet-latest'],
    prefixes: ['us', 'eu', 'apac'],
    rules: CLAUDE_3_7,
    // Missing on AWS's lifecycle page since mid-2026. The exact day is unverified (2026-11-22).
    lifecycle: { launched: '2025-02-24', endOfLife: '2026-04-28' },
    successor: 'claude-sonnet-4-6',
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-3-5-haiku',
    displayName: 'Claude 3.5 Haiku',
    id: 'anthropic.claude-3-5-haiku-20241022-v1:0',
    aliases: ['claude-3-5-haiku-20241022', 'claude-3-5-haiku-latest'],
    prefixes: ['us'],
    rules: CLAUDE_3_5_HAIKU,
    lifecycle: { launched: '2024-11-04', endOfLife: '2026-06-19' },
    successor: 'claude-haiku-4-5',
  },
  {
    ...PROFILE_ONLY,
    name: 'claude-3-5-sonnet-v2',
    displayName: 'Claude 3.5 Sonnet v2',
    id: 'anthropic.claude-3-5-sonnet-20241022-v2:0',
    aliases: ['claude-3-5-sonnet-20241022', 'claude-3-5-sonnet-latest'],
    prefixes: ['us', 'apac'],
    rules: CLAUDE_3_5_SONNET_V2,
    // End in the last region. In the US, the model ended on 2026-03-01.
    lifecycle: { launched: '2024-10-22', endOfLife: '2026-07-30' },
    successor: 'claude-sonnet-4-6',
  },
  {
    ...ON_DEMAND,
    name: 'claude-3-5-sonnet',
    displayName: 'Claude 3.5 Sonnet',
    id: 'anthropic.claude-3-5-sonnet-20240620-v1:0',
    aliases: ['claude-3-5-sonnet-20240620'],
    rules: CLAUDE_3_5_SONNET,
    // End in the last region. In the US, the model ended on 2026-03-01.
    lifecycle: { launched: '2024-06-20', endOfLife: '2026-07-30' },
    successor: 'claude-sonnet-4-6',
  },
  {
    ...ON_DEMAND,
    name: 'claude-3-opus',
    displayName: 'Claude 3 Opus',
    id: 'anthropic.claude-3-opus-20240229-v1:0',
    aliases: ['claude-3-opus-20240229', 'claude-3-opus-latest'],
    rules: CLAUDE_3,
    // Missing in all tables of 2026. The day is the latest possible one (2026-11-22).
    lifecycle: { launched: '2024-04-16', endOfLife: '2026-01-31' },
    successor: 'claude-opus-4-6',
  },
  {
    ...ON_DEMAND,
    name: 'claude-3-haiku',
    displayName: 'Claude 3 Haiku',
    id: 'anthropic.claude-3-haiku-20240307-v1:0',
    aliases: ['claude-3-haiku-20240307'],
    rules: CLAUDE_3_HAIKU,
    lifecycle: { launched: '2024-03-13', endOfLife: '2026-09-10' },
    successor: 'claude-haiku-4-5',
  },
  {
    ...ON_DEMAND,
    name: 'claude-3-sonnet',
    displayName: 'Claude 3 Sonnet',
    id: 'anthropic.claude-3-sonnet-20240229-v1:0',
    aliases: ['claude-3-sonnet-20240229'],
    rules: CLAUDE_3,
    lifecycle: { launched: '2024-03-04', endOfLife: '2026-07-30' },
    successor: 'claude-sonnet-4-6',
  },
  {
    ...ON_DEMAND,
    name: 'claude-2',
    displayName: 'Claude 2.1',
    id: 'anthropic.claude-v2:1',
    aliases: ['claude-2-1', 'claude-2.1'],
    rules: CLAUDE_2,
    // The day on which Anthropic retired 2.x. Bedrock's own is not documented any more (2026-11-22).
    lifecycle: { launched: '2023-11-29', endOfLife: '2025-07-21' },
    successor: 'claude-haiku-4-5',
  },
  {
    ...ON_DEMAND,
    name: 'claude-2-0',
    displayName: 'Claude 2.0',
    id: 'anthropic.claude-v2',
    aliases: ['claude-2.0'],
    rules: CLAUDE_INSTANT,
    lifecycle: { launched: '2023-09-28', endOfLife: '2025-07-21' },
    successor: 'claude-haiku-4-5',
  },
  {
    ...ON_DEMAND,
    name: 'claude-instant',
    displayName: 'Claude Instant',
    id: 'anthropic.claude-instant-v1',
    aliases: ['claude-instant-1', 'claude-instant-1.2'],
    rules: CLAUDE_INSTANT,
    lifecycle: { launched: '2023-09-28', endOfLife: '2025-07-21' },
    successor: 'claude-haiku-4-5',
  },
];
