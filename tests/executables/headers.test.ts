import assert from "node:assert/strict";
import { closeSync, openSync, readSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { COMPILE_TARGETS, executableName } from "../../tasks/compile_targets.ts";
import { compile } from "../tasks/executable.ts";

const folder = await mkdtemp(join(tmpdir(), "haremq-executables-"));
after(() => rm(folder, { recursive: true }));

/** Returns the first bytes of a target's executable. */
function headOf(name: string): DataView {
  const target = COMPILE_TARGETS.find((target) => target.name === name)!;
  const descriptor = openSync(join(folder, executableName(target)), "r");
  const bytes = new Uint8Array(4096);
  readSync(descriptor, bytes, 0, bytes.length, 0);
  closeSync(descriptor);
  return new DataView(bytes.buffer);
}

const X64 = 62;
const AARCH64 = 183;
const PT_INTERP = 3;

/** Returns the machine and the dynamic linker of an ELF file of 64 bits. */
function elfOf(head: DataView): { machine: number; interpreter: string } {
  assert.equal(head.getUint32(0), 0x7f454c46);
  const at = Number(head.getBigUint64(32, true));
  const [size, count] = [head.getUint16(54, true), head.getUint16(56, true)];
  for (let entry = at; entry < at + size * count; entry += size) {
    if (head.getUint32(entry, true) !== PT_INTERP) continue;
    const offset = Number(head.getBigUint64(entry + 8, true));
    const length = Number(head.getBigUint64(entry + 32, true));
    const interpreter = new TextDecoder().decode(new Uint8Array(head.buffer, offset, length - 1));
    return { machine: head.getUint16(18, true), interpreter };
  }
  throw new Error("the file names no dynamic linker");
}

describe("deno task compile --target all", () => {
  const printed = compile(folder, "--target", "all");

  it("makes an executable for each target", () => {
    assert.equal(printed.trim().split("\n").length, COMPILE_TARGETS.length);
  });

  for (
    const [name, machine, interpreter] of [
      ["linux-x64", X64, "/lib64/ld-linux-x86-64.so.2"],
      ["linux-arm64", AARCH64, "/lib/ld-linux-aarch64.so.1"],
      ["linux-x64-musl", X64, "/lib/ld-musl-x86_64.so.1"],
      ["linux-arm64-musl", AARCH64, "/lib/ld-musl-aarch64.so.1"],
    ] as const
  ) {
    it(`makes one for ${name} with the dynamic linker of its libc`, () => {
      assert.deepEqual(elfOf(headOf(name)), { machine, interpreter });
    });
  }

  for (const [name, processor] of [["darwin-x64", 0x01000007], ["darwin-arm64", 0x0100000c]] as const) {
    it(`makes one for ${name} in the format Mach-O`, () => {
      const head = headOf(name);
      const [magic, type, kind] = [0, 4, 12].map((at) => head.getUint32(at, true));
      assert.deepEqual([magic, type, kind], [0xfeedfacf, processor, 2]);
    });
  }

  for (const [name, machine] of [["windows-x64", 0x8664], ["windows-arm64", 0xaa64]] as const) {
    it(`makes one for ${name} that is a program for the console`, () => {
      const head = headOf(name);
      const at = head.getUint32(0x3c, true);
      assert.equal(head.getUint32(at), 0x50450000);
      assert.equal(head.getUint16(at + 4, true), machine);
      assert.equal(head.getUint16(at + 24 + 68, true), 3);
    });
  }
});
