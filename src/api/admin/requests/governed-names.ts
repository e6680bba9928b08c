import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../../config/gateway-config.ts';
import type { Administrator } from '../../../governance/administration/administrator.ts';
import { validKeys } from '../../../governance/api-key.service.ts';
import { GovernanceService } from '../../../governance/governance.service.ts';
import type { RequestScope } from '../../../ledger/requests/request-filter.ts';
import type { RequestNames } from '../../../ledger/requests/request-names.ts';

/** Names and ids of teams, applications and keys, from the objects in memory and from `auth`. */
@Injectable()
export class GovernedNames {
  constructor(
    private readonly governance: GovernanceService,
    private readonly config: GatewayConfig,
  ) {}

  /** Returns lookups for one answer. They keep what they have found. */
  lookups(): RequestNames {
    const configured = this.configuredKeys();
    return {
      key: remembered((id) => this.nameOf('Key', id) ?? configured.get(id) ?? this.nameInKeysFile(id)),
      team: remembered((id) => this.nameOf('Team', id)),
      application: remembered((id) => this.nameOf('Application', id)),
    };
  }

  /** Returns the id of a key. A text that is not the name of a key is taken as an id. */
  keyId(nameOrId: string): string {
    const found = this.governance.snapshot?.find('Key', nameOrId);
    if (found !== undefined) return found.id;
    for (const [id, name] of this.configuredKeys()) if (name === nameOrId) return id;
    const table = this.config.auth.fileKeys;
    const key = table?.findByName(nameOrId);
    return key === undefined ? nameOrId : table!.idOf(key);
  }

  /** Returns the id of a team. A text that is not the name of a team is taken as an id. */
  teamId(nameOrId: string): string {
    return this.governance.snapshot?.team(nameOrId)?.id ?? nameOrId;
  }

  /** Returns the rows that an administrator may read. */
  scopeOf({ principal, role, team }: Administrator): RequestScope {
    switch (role) {
      case 'admin':
      case 'auditor':
        return { rows: 'all' };
      case 'team-admin': {
        const found = team === undefined ? undefined : this.governance.snapshot?.team(team);
        return found?.name === team && found !== undefined ? { rows: 'team', id: found.id } : { rows: 'none' };
      }
      case 'member':
        return principal === undefined ? { rows: 'none' } : { rows: 'principal', id: principal };
      default:
        return role satisfies never;
    }
  }

  private nameOf(kind: 'Key' | 'Team' | 'Application', id: string): string | undefined {
    const found = this.governance.snapshot?.find(kind, id);
    return found?.id === id ? found.name : undefined;
  }

  /** Returns the names of the keys of `auth.keys`, by id. */
  private configuredKeys(): ReadonlyMap<string, string> {
    // At the start of 1970, no key has expired.
    return validKeys(this.config.auth.keys, 0);
  }

  private nameInKeysFile(id: string): string | undefined {
    const table = this.config.auth.fileKeys;
    const key = table?.findById(id);
    return key === undefined ? undefined : table?.nameOf(key);
  }
}

function remembered(find: (id: string) => string | undefined): (id: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (id) => {
    if (!known.has(id)) known.set(id, find(id));
    return known.get(id);
  };
}
