import { crc32 } from 'node:zlib';
import type { LedgerRow } from '../rows/ledger-row.ts';
import { storableJson } from '../rows/storable-json.ts';

/** Hexadecimal digits of the checksum. A space follows them. */
const CHECKSUM_LENGTH = 8;

/** Encodes a row as a line with a checksum. Throws TypeError for a row that is not JSON. */
export function encodeRow(row: LedgerRow): string {
  const json = storableJson(row);
  return `${rowChecksum(json)} ${json}\n`;
}

/** Returns the JSON of a line without its end; undefined if the checksum does not match. */
export function decodeLine(line: string): string | undefined {
  const json = line.slice(CHECKSUM_LENGTH + 1);
  return line.slice(0, CHECKSUM_LENGTH + 1) === `${rowChecksum(json)} ` ? json : undefined;
}

function rowChecksum(json: string): string {
  return crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0');
}
