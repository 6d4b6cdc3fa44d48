import type { RightWrite } from "./out_of_range.ts";

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

/** Values as JSON, each beyond what some field takes. */
export const EXTREMES: Readonly<Record<string, string>> = {
  "-1": "-1",
  "0": "0",
  "1.5": "1.5",
  "-0": "-0.0",
  "256": "256",
  "65536": "65536",
  "2^31": "2147483648",
  "2^32": "4294967296",
  "2^53": "9007199254740992",
  "2^53+1": "9007199254740993",
  "2^63": "9223372036854775808",
  "2^64": "18446744073709551616",
  "-2^63-1": "-9223372036854775809",
  "1e30": "1e30",
  "1e400": "1e400",
  "-1e400": "-1e400",
  "1e-400": "1e-400",
  "NaN": '"NaN"',
  "empty": '""',
  "space": '" "',
  "NUL": '"\\u0000"',
  "half a surrogate pair": '"\\ud800"',
  "256 bytes": JSON.stringify("x".repeat(256)),
  "256 bytes of umlauts": JSON.stringify("ä".repeat(128)),
  "300 KiB": JSON.stringify("x".repeat(300 * 1024)),
  "null": "null",
  "empty list": "[]",
  "empty object": "{}",
  "list of nothing": "[null]",
  "deep lists": nested(2000, "[", "]"),
  "deep objects": nested(2000, '{"a":', "}").replace(":}", ":1}"),
  "many keys": `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":${index}`)}}`,
  "a long key": `{${JSON.stringify("x".repeat(256))}:1}`,
  "an empty key": '{"":1}',
  "__proto__": '{"__proto__":{"a":1}}',
};

/** A body that is extreme in one field. */
export interface ExtremeBody {
  readonly field: string;
  readonly extreme: string;
  readonly json: string;
}

/** Returns bodies that differ from a right one in one field each. */
export function extremeBodies({ write, body }: RightWrite): ExtremeBody[] {
  const isInner = write.includes("?");
  return Object.keys(body).flatMap((field) =>
    Object.entries(EXTREMES).map(([extreme, value]) => {
      const object = writeObject({ ...textsOf(body), [field]: value });
      return {
        field,
        extreme,
        json: !isInner ? object : write.startsWith("PUT") ? queueWith(object) : messageWith(object),
      };
    })
  );
}

const textsOf = (body: RightWrite["body"]): Record<string, string> =>
  Object.fromEntries(Object.entries(body).map(([name, value]) => [name, JSON.stringify(value)]));

const writeObject = (texts: Record<string, string>): string =>
  `{${Object.entries(texts).map(([name, text]) => `${JSON.stringify(name)}:${text}`).join()}}`;

const queueWith = (queueArguments: string): string => `{"durable":true,"arguments":${queueArguments}}`;

const messageWith = (properties: string): string =>
  `{"routing_key":"q","payload":"p","payload_encoding":"string","properties":${properties}}`;
