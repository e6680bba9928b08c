import { EventLoopPause } from '../../config/keys-file/event-loop-pause.ts';
import type { Problem } from '../../config/settings/config-error.ts';
import type { EntityKind, FileKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import { referenceProblems } from '../documents/reference-problems.ts';

/** The objects of files, with their places. Names, ids and hashes are unique. */
export class FileRecords {
  private readonly records: GovernanceRecord<FileKind>[] = [];
  private readonly places = new Map<GovernanceRecord, string>();
  /** Objects by kind and name, by id, and by hash. */
  private readonly unique = new Map<string, GovernanceRecord<FileKind>>();

  /** True if the present record refers to an object that no file contains. */
  private hasMissed = false;

  get all(): readonly GovernanceRecord<FileKind>[] {
    return this.records;
  }

  get size(): number {
    return this.records.length;
  }

  /** Adds an object. Returns the problems of values that another object has already. */
  add(record: GovernanceRecord<FileKind>, place: string): Problem[] {
    const problems: Problem[] = [];
    this.records.push(record);
    this.places.set(record, place);
    const nameField = record.kind === 'CatalogEntry' ? 'model' : 'name';
    this.claim(nameKey(record.kind, record.name), nameField, record, problems);
    // Objects with the same name have the same derived id.
    if (problems.length === 0) this.claim(`id\0${record.kind}\0${record.id}`, 'id', record, problems);
    if (record.kind !== 'Key') return problems;
    if (record.document.secrets.length === 0) {
      problems.push({ path: `${place}, secrets`, message: 'must have one or two entries' });
    }
    for (const [index, { hash }] of record.document.secrets.entries()) {
      this.claim(`hash\0${hash}`, `secrets[${index}].hash`, record, problems);
    }
    return problems;
  }

  /**
   * Returns the problems of references. `others` are the objects that no file contains: `none` makes a reference to them a
   * problem; `database` leaves records with such a reference to the snapshot. Works in slices.
   */
  async brokenReferences(others: 'none' | 'database', maxProblems: number): Promise<Problem[]> {
    const problems: Problem[] = [];
    const pause = new EventLoopPause();
    for (const record of this.records) {
      this.hasMissed = false;
      const found = referenceProblems(record, this.find);
      if (this.hasMissed && others === 'database') continue;
      for (const { path, message } of found) {
        problems.push({ path: `${this.places.get(record)}, ${path}`, message });
      }
      if (problems.length >= maxProblems) break;
      if (pause.isDue()) await pause.take();
    }
    return problems;
  }

  private readonly find = <Kind extends EntityKind>(kind: Kind, name: string): GovernanceRecord<Kind> | undefined => {
    const found = this.unique.get(nameKey(kind, name)) as GovernanceRecord<Kind> | undefined;
    this.hasMissed ||= found === undefined;
    return found;
  };

  private claim(key: string, field: string, record: GovernanceRecord<FileKind>, problems: Problem[]): void {
    const earlier = this.unique.get(key);
    if (earlier === undefined) this.unique.set(key, record);
    else if (earlier !== record) {
      const message = `must be unique; ${this.places.get(earlier)} has the same value`;
      problems.push({ path: `${this.places.get(record)}, ${field}`, message });
    }
  }
}

function nameKey(kind: EntityKind, name: string): string {
  return `${kind}\0${name}`;
}
