import type { Problem } from '../settings/config-error.ts';
import type { GatewayConfig } from '../gateway-config.ts';
import { captureCount, groupPatternProblem } from '../settings/group-pattern.ts';
import type { GroupRuleConfig, JwtIssuerConfig } from '../sections/jwt-config.ts';

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Returns the problems of `auth.jwt` and `auth.groups` that the validators of single settings cannot detect. */
export function jwtConflicts({ auth }: GatewayConfig): Problem[] {
  return [
    ...auth.jwt.flatMap((issuer, index) => issuerProblems(issuer, index, auth.jwt)),
    ...auth.groups.flatMap((rule, index) => groupProblems(rule, `auth.groups[${index}]`)),
  ];
}

/**
 * Returns warnings. A rule may be for an issuer that is not configured, or give a role of the admin API to the groups of several
 * issuers. Without a rule for a team, each request for a model with a token gets 403.
 */
export function jwtWarnings({ auth: { jwt, groups } }: GatewayConfig): Problem[] {
  const warnings = groups.flatMap(({ issuer, role }, index): Problem[] => {
    const path = `auth.groups[${index}]`;
    // No error: the removal of a compromised issuer must not be rejected because of its rules.
    if (issuer !== undefined && !jwt.some((one) => one.issuer === issuer))
      return [{ path: `${path}.issuer`, message: 'is the issuer of no entry of auth.jwt, so the rule has no effect' }];
    if (issuer !== undefined || role === 'member' || jwt.length < 2) return [];
    return [{ path, message: `gives the role ${role} to groups of each issuer in auth.jwt. Set issuer` }];
  });
  if (jwt.length === 0 || groups.some(({ team }) => team !== undefined)) return warnings;
  const message = 'has no rule with a team, so each request for a model with a token gets 403 no_matching_team';
  return [...warnings, { path: 'auth.groups', message }];
}

function issuerProblems(settings: JwtIssuerConfig, index: number, all: readonly JwtIssuerConfig[]): Problem[] {
  const path = `auth.jwt[${index}]`;
  const problems: Problem[] = [];
  const add = (name: string, message: string): void => void problems.push({ path: `${path}.${name}`, message });
  const { issuer, audience, algorithms, jwksUri, jwksFile, caFile, tokenFile } = settings;
  const first = all.findIndex((other) => other.issuer === issuer);
  if (first !== index) add('issuer', `must be unique; auth.jwt[${first}].issuer has the same value`);
  if (audience.length === 0)
    add('audience', 'must have at least one audience, because tokens for other services exist');
  if (algorithms.length === 0) add('algorithms', `must have at least one of ${ALGORITHMS.join(', ')}`);
  for (const algorithm of algorithms) {
    if (!ALGORITHMS.includes(algorithm)) add('algorithms', `must contain only ${ALGORITHMS.join(', ')}`);
  }
  if (jwksFile !== undefined) {
    for (const [name, value] of Object.entries({ jwksUri, caFile, tokenFile })) {
      if (value !== undefined) add(name, 'must be absent beside jwksFile, which needs no request');
    }
    return problems;
  }
  const source = jwksUri ?? issuer;
  if (!URL.canParse(source) || !/^https?:$/.test(new URL(source).protocol)) {
    add('issuer', 'must be a URL, or jwksUri or jwksFile must be set');
  } else if (new URL(source).protocol === 'http:' && !LOOPBACK.test(new URL(source).hostname)) {
    const name = jwksUri === undefined ? 'issuer' : 'jwksUri';
    add(name, 'must start with https://, because keys that a network can replace prove nothing');
  }
  return problems;
}

function groupProblems({ match, team, role }: GroupRuleConfig, path: string): Problem[] {
  const problem = groupPatternProblem(match);
  if (problem !== undefined) return [{ path: `${path}.match`, message: `must ${problem}` }];
  const highest = Math.max(0, ...Array.from(team?.matchAll(/\$(\d)/g) ?? [], ([, digit]) => Number(digit)));
  const captures = captureCount(match);
  if (highest > captures) {
    return [{ path: `${path}.team`, message: `must not contain $${highest}: match has ${captures} groups` }];
  }
  if (role === 'team-admin' && team === undefined) {
    return [{ path: `${path}.team`, message: 'must be set for the role team-admin' }];
  }
  return [];
}
