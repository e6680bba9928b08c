import { generateKeyPairSync, sign } from 'node:crypto';

/** Creates a self-signed certificate for test servers, so that the repository needs no key and PATH no openssl. */
export function selfSigned(...hostnames: string[]): { key: string; cert: string } {
  return selfSignedUntil(new Date('2049-01-01'), ...hostnames);
}

/** Creates a self-signed certificate that is valid from 2020 to `end`, which is before 2050. */
export function selfSignedUntil(end: Date, ...hostnames: string[]): { key: string; cert: string } {
  const endTime = `${end.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
  const commonName = der(0x30, der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('test')))));
  const names = hostnames.map((name) => der(0x82, Buffer.from(name, 'latin1')));
  const subjectAltName = der(0x30, Buffer.from('0603551d11', 'hex'), der(0x04, der(0x30, ...names)));
  const content = der(
    0x30,
    der(0xa0, Buffer.from('020102', 'hex')), // version 3
    Buffer.from('020101', 'hex'), // serial number
    ecdsaWithSha256,
    commonName,
    der(0x30, der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from(endTime))),
    commonName,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, subjectAltName)),
  );
  const signature = sign('sha256', content, privateKey);
  const certificate = der(0x30, content, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').replaceAll(/.{1,64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`,
  };
}

/** Encodes an ASN.1 element: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
