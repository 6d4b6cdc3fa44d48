/** An answer of the management API. */
export interface Reply {
  readonly status: number;
  /** The body, which is written as JSON. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (json: unknown): Reply => ({ status: 200, json });

/** @param location where the new object is, relative to the request. */
export const created = (location?: string): Reply => ({
  status: 201,
  headers: location === undefined ? undefined : { location },
});

export const NO_CONTENT: Reply = { status: 204 };

/** Returns a value that is written into JSON as it is: for integers of more than 53 bits, and for whole floats. */
export const rawJson = (text: string): unknown => (JSON as unknown as JsonWithRaw).rawJSON(text);

/** The part of ECMAScript's JSON that TypeScript has no types for. */
interface JsonWithRaw {
  rawJSON(text: string): unknown;
}
