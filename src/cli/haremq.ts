import { runtime } from "../runtime/current.ts";
import { runProgram } from "./program.ts";

// The program: the server, or a tool by its name.
await runProgram(runtime);
