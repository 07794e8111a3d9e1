import { built, testDemos } from "@heddle/app-demos";
import { describe, it } from "vitest";

testDemos({ describe, it, run: built(new URL("../dist/", import.meta.url)), worker: "Process" });
