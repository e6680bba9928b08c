import { listOf, listOfText, oneOf, section, text, url } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

/** Paths of claims: names, with dots for nested ones. */
export class JwtClaimsConfig {
  @Setting('Claim that identifies the principal.', text('the name of a claim'))
  principal = 'sub';

  @Setting('Claim with the email address.', text('the name of a claim'))
  email = 'email';

  @Setting('Claim with the list of groups.', text('the name of a claim'))
  groups = 'groups';

  @OptionalSetting('Claim with the role: admin, auditor or member. Default: none.', text('the name of a claim'))
  role?: string;

  @OptionalSetting('Claim with a list of models that the token allows. Default: none.', text('the name of a claim'))
  models?: string;
}

export class JwtIssuerConfig {
  @Setting('Issuer, exactly as in the claim iss.', text())
  issuer: string;

  @Setting('Audiences, one of which the claim aud must contain.', listOfText('a list of audiences'))
  audience: string[];

  @OptionalSetting(
    'URL of the key set. Default: jwks_uri of the OpenID configuration of the issuer, unless jwksFile is set.',
    url('https', 'http'),
  )
  jwksUri?: string;

  @OptionalSetting('File with the key set. Changes take effect at once.', text('the path of a file'))
  jwksFile?: string;

  @OptionalSetting(
    'PEM file with the CAs of the issuer, e.g. that of a Kubernetes API server.',
    text('the path of a PEM file'),
  )
  caFile?: string;

  @OptionalSetting(
    'File with a bearer token for the request of the key set, e.g. of a service account. Read again for each request.',
    text('the path of a file'),
  )
  tokenFile?: string;

  @Setting(
    'Accepted algorithms of signatures.',
    listOfText('a list of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 and EdDSA'),
  )
  algorithms: string[] = ['RS256', 'ES256'];

  @Setting('Names of the claims.', section(JwtClaimsConfig))
  claims: JwtClaimsConfig = new JwtClaimsConfig();
}

/** A rule that assigns callers of a group to a team, or a role. */
export class GroupRuleConfig {
  @Setting(
    'Regular expression that a whole name of a group must match, e.g. llm-(.+)-dev.',
    text('a regular expression'),
  )
  match: string;

  @OptionalSetting('Issuer of auth.jwt whose tokens the rule applies to. Default: all issuers.', text())
  issuer?: string;

  @OptionalSetting('Name of the team. $1 to $9 are replaced by the groups of the expression.', text())
  team?: string;

  @Setting('Role of the members.', oneOf('admin', 'auditor', 'team-admin', 'member'))
  role: 'admin' | 'auditor' | 'team-admin' | 'member' = 'member';
}

export const jwtIssuers = listOf(JwtIssuerConfig);
export const groupRules = listOf(GroupRuleConfig);
