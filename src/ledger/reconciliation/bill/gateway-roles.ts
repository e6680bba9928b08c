import type { BillRecord } from '../files/bill-record.ts';
import type { BilledCaller } from './billed-line.ts';
import { profileOfLine } from './line-model.ts';

/** `arn:aws:iam::111122223333:role/path/outcrop`. */
const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;
/** `arn:aws:sts::111122223333:assumed-role/outcrop/session`. */
const SESSION_ARN = /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([^/]+)(?:\/.*)?$/;
const MAX_ATTRIBUTION = 256;

/** How calls of the gateway are recognized on the bill. */
export interface GatewayRoles {
  /** ARNs of roles, with or without `*`. */
  readonly roles: readonly string[];
  /** Name of the session tag that attributes costs. */
  readonly tag: string;
}

/** Decides which lines of the bill are calls of the gateway. */
export class LineCallers {
  private readonly patterns: readonly { account: string; role: RegExp }[];

  constructor(private readonly settings: GatewayRoles) {
    this.patterns = settings.roles.flatMap((arn) => {
      const [, account, role] = ROLE_ARN.exec(arn) ?? [];
      if (account === undefined || role === undefined) return [];
      const escaped = role.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*');
      return [{ account, role: new RegExp(`^${escaped}$`) }];
    });
  }

  callerOf(account: string, record: BillRecord): BilledCaller {
    const principal = record.text('line_item_iam_principal');
    if (principal === '' || !this.patterns.some((pattern) => pattern.account === account)) return 'unknown';
    const [, , role] = SESSION_ARN.exec(principal) ?? ROLE_ARN.exec(principal) ?? [];
    const isGateway = this.patterns.some(
      (pattern) => pattern.account === account && role !== undefined && pattern.role.test(role),
    );
    return isGateway ? 'gateway' : 'other';
  }

  /** Returns what the line attributes its cost to: a session tag, a profile, else the role. */
  attributionOf(record: BillRecord): string {
    const { tag } = this.settings;
    const value = record.map('tags')[`iamPrincipal/${tag}`];
    const profile = profileOfLine(record);
    const principal = record.text('line_item_iam_principal');
    const text =
      value !== undefined && value !== ''
        ? `tag:${tag}=${value}`
        : profile !== undefined
          ? `profile:${profile}`
          : principal === ''
            ? ''
            : `principal:${SESSION_ARN.exec(principal)?.[2] ?? principal}`;
    return text.slice(0, MAX_ATTRIBUTION);
  }
}
