import { describeBlocks } from "../../store/blocks/blocks_contract.ts";
import { describeFiles } from "../../store/files_contract.ts";
import { describeLog } from "../../store/log/log_contract.ts";
import { runTests } from "./node_test.ts";
import { describeOpfsFiles } from "./opfs_files_tests.ts";
import { newFiles, OpfsBlockPlace, OpfsLogPlace } from "./opfs_places.ts";

/** Number of random runs of each contract, fewer than elsewhere: each one makes, syncs and closes files on disk. */
const ROUNDS = 25;

/** The part of a Worker's interface that is used here. */
declare function postMessage(message: unknown): void;

/** Runs the contract tests of the store over the browser's file system, in a dedicated Worker, and posts the result. */
describeFiles("files in OPFS", newFiles);
describeOpfsFiles();
describeLog("in OPFS", (seed) => new OpfsLogPlace(seed), ROUNDS);
describeBlocks("in OPFS", (seed) => new OpfsBlockPlace(seed), ROUNDS);

postMessage(await runTests());
