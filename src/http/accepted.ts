/** Returns whether a client takes a media type. Parameters of media types are ignored. */
export function isAccepted(contentType: string, { headers }: Request): boolean {
  const accept = headers.get("accept");
  if (accept === null) return true;
  const [type] = contentType.split(";");
  const [kind] = type.split("/");
  const ranges = accept.split(",").map((range) => range.split(";")[0].trim().toLowerCase());
  return ranges.some((range) => ["", "*", "*/*", `${kind}/*`, type.trim()].includes(range));
}

/** Returns whether a client takes a body compressed by gzip. */
export function acceptsGzip({ headers }: Request): boolean {
  const codings = (headers.get("accept-encoding") ?? "").split(",");
  return codings.some((coding) => /^(gzip|x-gzip|\*)(\s*;\s*q=(?!0(\.0*)?$).*)?$/.test(coding.trim().toLowerCase()));
}
