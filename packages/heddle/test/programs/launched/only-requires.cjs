#!/usr/bin/env node
// @ts-nocheck: CommonJS
"use strict";
require("./required.es");
