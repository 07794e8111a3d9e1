#!/usr/bin/env node
// @ts-nocheck: the program is JavaScript
// As the script that a package has in "bin".
import "./preloaded.cjs";
import "./start.js";
