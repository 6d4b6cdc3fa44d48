import { describeBlocks } from "./blocks_contract.ts";
import { BLOCK_PLACES } from "./block_places.ts";

for (const [name, make] of Object.entries(BLOCK_PLACES)) describeBlocks(name, make);
