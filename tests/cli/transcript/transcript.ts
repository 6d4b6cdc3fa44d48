/** One command of a transcript, and all that it wrote. */
export interface Entry {
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const MARKS = { stdout: ">", stderr: "!" } as const;

/** Returns a transcript as text: `$ command`, `> a line of stdout`, `! a line of stderr`, `= exit code`. */
export const formatTranscript = (entries: readonly Entry[]): string => `${entries.map(formatEntry).join("\n\n")}\n`;

export function formatEntry({ command, stdout, stderr, exitCode }: Entry): string {
  return [`$ ${command}`, ...marked(stdout, MARKS.stdout), ...marked(stderr, MARKS.stderr), `= ${exitCode}`].join("\n");
}

/** A text without a final newline ends in a line of its own. */
function marked(text: string, mark: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  const rest = lines.pop()!;
  const written = lines.map((line) => line === "" ? mark : `${mark} ${line}`);
  return rest === "" ? written : [...written, `${mark}| ${rest}`];
}

/** Reads what {@linkcode formatTranscript} wrote. */
export function parseTranscript(text: string): Entry[] {
  const entries: Entry[] = [];
  let entry = { command: "", stdout: "", stderr: "", exitCode: 0 };
  for (const line of text.split("\n")) {
    const rest = line.slice(2);
    const isWhole = line[1] !== "|";
    const content = isWhole ? `${rest}\n` : line.slice(3);
    if (line.startsWith("$ ")) entry = { command: rest, stdout: "", stderr: "", exitCode: 0 };
    else if (line.startsWith(MARKS.stdout)) entry.stdout += content;
    else if (line.startsWith(MARKS.stderr)) entry.stderr += content;
    else if (line.startsWith("= ")) entries.push({ ...entry, exitCode: Number(rest) });
  }
  return entries;
}
