import * as heddle from "@heddle/node-threads";
import { describe, it } from "vitest";
import { testNeverBlocking } from "../../conformance/test/never-blocking.js";
import { adapter as loom } from "../src/adapter.js";

testNeverBlocking({ describe, it, loom, url: heddle.adapter.url });
