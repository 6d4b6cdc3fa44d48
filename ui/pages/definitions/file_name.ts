/** Returns the name of a file for definitions: that of a virtual host, if any, and the day are in it. */
export function fileName(vhost: string, now: Date): string {
  const day = now.toISOString().slice(0, 10);
  const safe = vhost.replace(/[^\p{L}\p{N}._-]+/gu, "_");
  return `definitions${safe === "" ? "" : `-${safe}`}-${day}.json`;
}
