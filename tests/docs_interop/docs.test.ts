import { testPages } from "../docs/pages.ts";

testPages(true);
