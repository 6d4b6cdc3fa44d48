/** Names that are the same in every language, beside those with a capital within, a digit, `_`, `.`, `/`, `@` or `=`. */
const NAMES = new Set(`
  Erlang Elixir Khepri Prometheus VM AMQP TLS EPMD LDAP TCP WAL IP PID Pid pid cookie raft inetrc observer jq rabbit
  JSON CSV json csv erlang table openssl map stdin stdout URL HTTP HTTPS API payload epmd guest
`.split(/\s+/));

/** Parts of a text that are no words: addresses, arguments, switches, quoted values, and names with signs or digits. */
const NO_WORDS = [
  /https?:\S+/g,
  /<[^>]*>/g,
  /'[^']*'/g,
  /"[^"]*"/g,
  /\[[^\]]*\]/g,
  /\{[^}]*\}/g,
  /--?[\w?-]+/g,
  /\S*[\w-][_/.@=:]\w\S*/g,
  /\S*\d\S*/g,
  /\b\w+[A-Z]\w*\b/g,
];

/** Returns the English words of a text, without names and those in `known`. */
export function englishWords(text: string, known: ReadonlySet<string> = new Set()): string[] {
  const rest = NO_WORDS.reduce((text, pattern) => text.replaceAll(pattern, " "), text);
  return (rest.match(/[A-Za-z]{2,}/g) ?? []).filter((word) => !NAMES.has(word) && !known.has(word));
}
