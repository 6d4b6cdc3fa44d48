/** The CRC-32 of bytes, as in Ethernet and zip files. */
export type Crc32 = (bytes: Uint8Array) => number;

const POLYNOMIAL = 0xedb88320;

/** Eight tables of 256 entries: one step takes eight bytes. */
const TABLES = makeTables();

function makeTables(): Uint32Array[] {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
    tables[0][byte] = crc;
  }
  for (let table = 1; table < 8; table++) {
    for (let byte = 0; byte < 256; byte++) {
      const crc = tables[table - 1][byte];
      tables[table][byte] = crc >>> 8 ^ tables[0][crc & 0xff];
    }
  }
  return tables;
}

/** For where the runtime has none. */
export function crc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  const wholeEnd = bytes.length & ~7;
  let crc = 0xffffffff;
  let at = 0;
  for (; at < wholeEnd; at += 8) {
    const low = crc ^ (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24);
    crc = t7[low & 0xff] ^ t6[low >>> 8 & 0xff] ^ t5[low >>> 16 & 0xff] ^ t4[low >>> 24] ^
      t3[bytes[at + 4]] ^ t2[bytes[at + 5]] ^ t1[bytes[at + 6]] ^ t0[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) crc = crc >>> 8 ^ t0[(crc ^ bytes[at]) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}
