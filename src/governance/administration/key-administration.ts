import { Injectable } from '@nestjs/common';
import { createApiKey, hashApiKey } from '../../config/settings/api-key.ts';
import { expiryTime } from '../../config/settings/date-time.ts';
import { createObjectId } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { KeyDocument, KeySecretDocument } from '../documents/key-document.ts';
import type { GovernanceTransaction } from '../repository/governance-transaction.ts';
import { AdministrationService } from './administration.service.ts';
import { checkNoId } from './checks/document-name.ts';
import { checkVersion, type ExpectedVersion } from './checks/expected-version.ts';
import type { Administrator } from './administrator.ts';
import { invalidDocument, invalidState, managedByFiles } from './administration-errors.ts';

type AdministeredKey = GovernanceRecord<'Key'>;

/** A key with its new secret, which no later answer contains. */
export interface KeyWithSecret {
  readonly record: AdministeredKey;
  readonly secret: string;
}

/** Fields of a key that the administration sets by separate routes. */
const FIELDS_OF_ROUTES = ['secrets', 'state'] as const;

/** Creates and changes API keys of the database. */
@Injectable()
export class KeyAdministration {
  constructor(private readonly administration: AdministrationService) {}

  /** Creates a key. Throws GatewayError 409 `already_exists`, with the id of the existing key. */
  async create(administrator: Administrator, body: unknown): Promise<KeyWithSecret> {
    const document = this.administration.readDocument('Key', checkedFields(body));
    const { secret, entry } = newSecret();
    const { name } = document;
    const id = createObjectId('Key');
    const record = await this.administration.change(async (change) => {
      const team = document.team ?? (await this.teamOf(change, administrator, document)) ?? administrator.team;
      const complete = Object.assign({}, document, team !== undefined && { team }, { secrets: [entry] });
      const created: AdministeredKey = { kind: 'Key', id, name, document: complete, origin: 'database', version: 0 };
      const ofFile = this.administration.fileObject('Key', name);
      if (ofFile !== undefined)
        throw invalidState(`A file of governance.files defines the key '${name}' (id ${ofFile.id}).`);
      return this.administration.write(change, { administrator, action: 'key.create', record: created });
    });
    return { record: record as AdministeredKey, secret };
  }

  /** Changes the fields of a body; null removes a field. */
  async patch(
    administrator: Administrator,
    name: string,
    body: unknown,
    expected: ExpectedVersion,
  ): Promise<AdministeredKey> {
    const fields = checkedFields(body);
    if (fields['name'] !== undefined)
      throw invalidDocument([{ path: 'name', message: 'must be absent; a name is fixed' }]);
    return this.update(administrator, { name, expected, action: 'key.change' }, ({ document }) => {
      const { secrets, state, ...present } = document;
      const read = this.administration.readDocument('Key', mergedFields(present, fields));
      return Object.assign({}, read, { secrets, state });
    });
  }

  /** Adds a new secret. The present one is valid for `overlapSeconds` more, at most until its own end. */
  async rotate(
    administrator: Administrator,
    name: string,
    overlapSeconds: number,
    expected: ExpectedVersion,
  ): Promise<KeyWithSecret> {
    const { secret, entry } = newSecret();
    const record = await this.update(administrator, { name, expected, action: 'key.rotate' }, ({ document }) => {
      if (document.state === 'revoked') throw invalidState(`The key '${name}' is revoked. Create another key.`);
      return Object.assign({}, document, { secrets: [...remainingSecrets(document, overlapSeconds), entry] });
    });
    return { record, secret };
  }

  /**
   * Sets the state of a key. A revoked key stays revoked. With `cut`, its running requests end, too. The role admin may also
   * disable and revoke a key that was applied from files, and enable it again: the next apply keeps that state.
   */
  async setState(
    administrator: Administrator,
    name: string,
    { state, cut }: { state: KeyDocument['state']; cut: boolean },
    expected: ExpectedVersion,
  ): Promise<AdministeredKey> {
    const action = `key.${{ active: 'enable', disabled: 'disable', revoked: 'revoke' }[state]}`;
    return this.administration.change(async (change) => {
      const former = await this.administration.requireForState(change, administrator, name);
      checkVersion(former, expected);
      if (former.document.state === 'revoked' && state !== 'revoked') {
        throw invalidState(`The key '${name}' is revoked for ever. Create another key.`);
      }
      const isOverride = former.managedBy !== undefined;
      const record = isOverride ? withOverride(former, state) : withState(former, state);
      const details = { administrator, action, record, former, cut, isOverride };
      return (await this.administration.write(change, details)) as AdministeredKey;
    });
  }

  private async update(
    administrator: Administrator,
    details: { name: string; expected: ExpectedVersion; action: string },
    changed: (former: AdministeredKey) => KeyDocument,
  ): Promise<AdministeredKey> {
    const { name, expected, action } = details;
    return this.administration.change(async (change) => {
      const former = await this.administration.requireForChange(change, administrator, 'Key', name);
      checkVersion(former, expected);
      const record: AdministeredKey = { ...former, document: changed(former) };
      return (await this.administration.write(change, {
        administrator,
        action,
        record,
        former,
      })) as AdministeredKey;
    });
  }

  private async teamOf(
    change: GovernanceTransaction,
    administrator: Administrator,
    { application: name }: KeyDocument,
  ): Promise<string | undefined> {
    if (name === undefined) return undefined;
    const found = await this.administration.loadReferred(change, administrator, { kind: 'Application', name });
    return (found as GovernanceRecord<'Application'> | undefined)?.document.team;
  }
}

function withState(former: AdministeredKey, state: KeyDocument['state']): AdministeredKey {
  return { ...former, document: Object.assign({}, former.document, { state }) };
}

/** Returns a key of files with a state that its file does not have. Throws GatewayError 409 if the file disables it. */
function withOverride(former: AdministeredKey, state: KeyDocument['state']): AdministeredKey {
  const { appliedState = former.document.state, ...origin } = former.managedBy!;
  if (state === 'active' && appliedState !== 'active') throw managedByFiles(former);
  const managedBy = state === appliedState ? origin : { ...origin, appliedState };
  return { ...withState(former, state), managedBy };
}

/** Returns fields with changes; null removes a field. */
export function mergedFields(present: object, changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...present, ...changes }).filter(([, value]) => value !== null));
}

/** Returns the fields of a body. Throws GatewayError 400 for fields with separate routes. */
function checkedFields(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidDocument([{ path: '', message: 'must be a JSON object' }]);
  }
  const fields = { ...body } as Record<string, unknown>;
  checkNoId(fields);
  for (const field of FIELDS_OF_ROUTES) {
    if (fields[field] === undefined) continue;
    throw invalidDocument([{ path: field, message: 'must be absent; use the routes of the key for it' }]);
  }
  return fields;
}

/** Returns the secrets of a key that stay valid beside a new one. */
function remainingSecrets({ name, secrets }: KeyDocument, overlapSeconds: number): KeySecretDocument[] {
  const now = Date.now();
  const valid = secrets.filter(({ expires }) => (expiryTime(expires ?? '') ?? Number.POSITIVE_INFINITY) > now);
  const present = valid.at(-1);
  if (present === undefined || overlapSeconds === 0) return [];
  if (valid.length > 1) {
    throw invalidState(
      `The key '${name}' has a former secret until ${valid[0]!.expires}. Rotate it again after that time, or with an overlap of 0 seconds.`,
    );
  }
  const end = Math.min(now + overlapSeconds * 1000, expiryTime(present.expires ?? '') ?? Number.POSITIVE_INFINITY);
  return [Object.assign({}, present, { expires: new Date(end).toISOString() })];
}

function newSecret(): { secret: string; entry: KeySecretDocument } {
  const secret = createApiKey();
  const created = new Date().toISOString();
  return { secret, entry: { hash: hashApiKey(secret), lastFour: secret.slice(-4), created } };
}
