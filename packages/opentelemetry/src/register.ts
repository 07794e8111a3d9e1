/** For `--import @heddle/opentelemetry/register`: an instrumentation with the default options. */
import { HeddleInstrumentation } from "./index.js";

new HeddleInstrumentation();
