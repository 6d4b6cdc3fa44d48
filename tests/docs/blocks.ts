/** A fenced block of a page. */
export interface Block {
  /** Language behind the fence, such as `sh`; empty for none. */
  readonly language: string;
  readonly code: string;
  /** Line of the fence, from 1 on. */
  readonly line: number;
  /**
   * Instruction in a comment before the fence: `<!-- not run: why -->`, `<!-- file: name -->` for a block to be written
   * there, `<!-- stopped: why -->` for one that is run while the broker is stopped, `<!-- output: pattern -->`.
   */
  readonly mark: Mark | undefined;
}

/** The name and the text of an instruction. */
export interface Mark {
  readonly name: "not run" | "file" | "output" | "stopped";
  readonly text: string;
}

const FENCE = /^([ ]*)(`{3,})(\S*)[^`]*$/;
const MARK = /^\s*<!-- (not run|file|output|stopped): (.+) -->$/;

/** Returns the fenced blocks of a page in Markdown. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  const lines = page.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, indent, fence, language] = FENCE.exec(lines[at]) ?? [];
    if (fence === undefined) continue;
    const end = lines.indexOf(indent + fence, at + 1);
    if (end === -1) throw new Error(`line ${at + 1}: the block has no end`);
    const code = lines.slice(at + 1, end).map((line) => line.slice(indent.length)).join("\n");
    blocks.push({ language, code: `${code}\n`, line: at + 1, mark: markBefore(lines, at) });
    at = end;
  }
  return blocks;
}

/** Returns the instruction in the comment before a line; blank lines may be in between. */
function markBefore(lines: readonly string[], line: number): Mark | undefined {
  let at = line - 1;
  while (at >= 0 && lines[at].trim() === "") at--;
  const [, name, text] = MARK.exec(lines[at] ?? "") ?? [];
  return name === undefined ? undefined : { name: name as Mark["name"], text };
}
