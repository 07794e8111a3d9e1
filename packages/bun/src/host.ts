import type { Host } from "@heddle/core";
import { nodeHost } from "@heddle/node-host";

/** Bun's words about itself: Node's, and how it prints errors. */
export const bunHost: Host = { ...nodeHost, skipsUnnamedFrames: true };
