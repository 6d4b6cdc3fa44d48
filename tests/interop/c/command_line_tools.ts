import { type Command, execute } from "../command.ts";
import type { Address, Check } from "../suite.ts";

/** Makes a check that calls librabbitmq's programs, with a queue of its own. */
function check(queue: string, script: (tool: Tool) => Promise<void>): Check {
  return async ({ url }: Address) => {
    const tool: Tool = async (expected, name, ...args) => {
      const command: Command = [`amqp-${name}`, `--url=${url}`, ...args];
      const { output } = await execute(command);
      if (output !== expected) throw new Error(`${command.join(" ")}\n  printed ${output}  and not ${expected}`);
    };
    await execute(["amqp-delete-queue", "--url", url, "--queue", queue]);
    await tool(`${queue}\n`, "declare-queue", "--durable", "--queue", queue);
    await script(tool);
  };
}

/** Calls a program, which must print the expected output. */
type Tool = (expected: string, name: string, ...args: string[]) => Promise<void>;

export const commandLineTools: Record<string, Check> = {
  "publishes, and gets one message": check("interop.c.get", async (tool) => {
    await tool("", "publish", "--routing-key=interop.c.get", "--persistent", "--header=key: value", "--body=Hello!");
    await tool("Hello!", "get", "--queue=interop.c.get");
    await tool("", "get", "--queue=interop.c.get");
    await tool("0\n", "delete-queue", "--queue=interop.c.get");
  }),

  "consumes with a prefetch count, and acknowledges": check("interop.c.consume", async (tool) => {
    const numbers = Array.from({ length: 20 }, (_, number) => `${number}`);
    for (const number of numbers) await tool("", "publish", "--routing-key=interop.c.consume", `--body=${number};`);
    const first = numbers.slice(0, 15).map((number) => `${number};`).join("");
    await tool(first, "consume", "--queue=interop.c.consume", "--count=15", "--prefetch-count=3", "cat");
    await tool("5\n", "delete-queue", "--queue=interop.c.consume");
  }),

  "is told why an operation is refused": check("interop.c.refused", async (tool) => {
    await tool(
      "closing channel: server channel error 404, message: NOT_FOUND - no exchange 'interop.c.none' in vhost '/'\n",
      ...["publish", "--exchange=interop.c.none", "--routing-key=key", "--body=lost"] as const,
    );
    await tool("0\n", "delete-queue", "--queue=interop.c.refused");
  }),
};
