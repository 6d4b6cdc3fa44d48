/** Writes an IP address as Erlang does: `{127,0,0,1}`, or eight numbers for IPv6. */
export function erlangAddress(host: string): string {
  if (!host.includes(":")) return `{${host.split(".").map(Number).join(",")}}`;
  const [front, back] = host.split("::").map((part) =>
    part === "" ? [] : part.split(":").map((group) => parseInt(group, 16))
  );
  const zeros = new Array(8 - front.length - (back?.length ?? 0)).fill(0);
  return `{${[...front, ...zeros, ...(back ?? [])].join(",")}}`;
}
