import { crc32 } from 'node:zlib';

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
const STRING_TYPE = 7;

/**
 * Encodes an exception as a frame of `application/vnd.amazon.eventstream` (event stream specification, 2023). A stream of
 * Bedrock reports a failure in this form. `name` is the exception's, as in `ThrottlingException`.
 */
export function encodeExceptionFrame(name: string, message: string): Buffer {
  const headers = Buffer.concat([
    header(':message-type', 'exception'),
    header(':exception-type', name.charAt(0).toLowerCase() + name.slice(1)),
    header(':content-type', 'application/json'),
  ]);
  const payload = Buffer.from(JSON.stringify({ message }));
  const length = PRELUDE_BYTES + headers.length + payload.length + CRC_BYTES;
  const frame = Buffer.alloc(length);
  frame.writeUInt32BE(length, 0);
  frame.writeUInt32BE(headers.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  headers.copy(frame, PRELUDE_BYTES);
  payload.copy(frame, PRELUDE_BYTES + headers.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, length - CRC_BYTES)), length - CRC_BYTES);
  return frame;
}

function header(name: string, value: string): Buffer {
  const bytes = Buffer.alloc(1 + name.length + 3 + value.length);
  bytes.writeUInt8(name.length, 0);
  bytes.write(name, 1, 'latin1');
  bytes.writeUInt8(STRING_TYPE, 1 + name.length);
  bytes.writeUInt16BE(value.length, 2 + name.length);
  bytes.write(value, 4 + name.length, 'latin1');
  return bytes;
}
