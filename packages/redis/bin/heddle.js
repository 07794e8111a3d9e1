#!/usr/bin/env node
// Here rather than in dist, so that it is there to be linked before anything is built.
import "../dist/command.js";
