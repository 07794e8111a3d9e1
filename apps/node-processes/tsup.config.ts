import { demos } from "@heddle/app-demos/tsup";
import { defineConfig } from "tsup";

export default defineConfig(demos());
